import { errorDefinitions, type LedgerRequest } from '@portal/contract'
import { countText, durationText, moneyText } from './figures.ts'
import { keyName, statusWords, userName } from './names.ts'

/** What an error's code means; one that is not the portal's own stands as it is. */
export const errorWords = (code: string): string =>
  Object.entries(errorDefinitions).find(([name]) => name === code)?.[1].message ?? code

const whole = new Intl.DateTimeFormat(undefined, { dateStyle: 'long', timeStyle: 'long' })

/** Everything that is known of a request, by name. */
export const factsOf = (request: LedgerRequest): [name: string, fact: string][] =>
  [
    ['Time', whole.format(Date.parse(request.at))],
    ['Status', statusWords[request.status]],
    ...(request.errorCode
      ? [['Error', `${errorWords(request.errorCode)} (${request.errorCode})`] as const]
      : []),
    ['Model', request.model],
    ['Key', keyName(request.apiKey?.id ?? null, request.apiKey?.name ?? null)],
    ['User', userName(request.user.name)],
    ['Purpose', request.purpose],
    ['Format', request.format],
    ['Streamed', request.streamed ? 'Yes' : 'No'],
    ['Attempts', countText(request.attempts)],
    ['Input tokens', countText(request.inputTokens)],
    ['Of them cached', countText(request.cachedTokens)],
    ['Output tokens', countText(request.outputTokens)],
    ['Of them reasoning', countText(request.reasoningTokens)],
    [
      'Counted by',
      request.estimated ? 'The portal, for want of a word from the model' : 'The model’s server',
    ],
    ['Cost', request.cost === null ? 'Not known: the model has no price' : moneyText(request.cost)],
    ['Duration', durationText(request.latencyMs)],
    ['First token after', durationText(request.firstTokenMs)],
    ...(request.sessionId ? [['Chat', request.sessionId] as const] : []),
  ].map(([name = '', fact = '']) => [name, fact])

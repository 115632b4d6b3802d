import type { IncomingHttpHeaders } from 'node:http'
import { AppError } from '../../errors.ts'
import { anthropicMessages } from './anthropic-messages/index.ts'
import type { Dialect } from './dialect.ts'
import { openAiChat } from './openai-chat/index.ts'
import { type Sign, signsOf } from './signs.ts'

type Asked = { path: string; headers: IncomingHttpHeaders }

/**
 * The dialect a request is written in: Anthropic's header says so whatever the body, else the body does, else the path.
 * @throws AppError invalid_request naming two fields that contradict each other
 */
export function detectDialect({ path, headers, body }: Asked & { body: unknown }): Dialect {
  if (saysAnthropic(headers)) return anthropicMessages
  const { openAi, anthropic } = signsOf(body, { mayThink: !isOpenAiPath(path) })
  if (openAi && anthropic) throw contradiction(openAi, anthropic)
  if (isMessagesPath(path)) {
    if (openAi) throw wrongDoor(openAi)
    return anthropicMessages
  }
  return anthropic ? anthropicMessages : openAiChat
}

/** The dialect to refuse a request in whose body nobody has read yet. */
export const dialectBeforeBody = ({ path, headers }: Asked): Dialect =>
  saysAnthropic(headers) || isMessagesPath(path) ? anthropicMessages : openAiChat

const saysAnthropic = (headers: IncomingHttpHeaders): boolean => headers['anthropic-version'] !== undefined
/** Where only OpenAI's clients go: theirs append it to a base URL with a version, Anthropic's never do. */
const isOpenAiPath = (path: string): boolean => path.includes('/v1/chat/completions')
const isMessagesPath = (path: string): boolean => path.includes('/messages')

const contradiction = (openAi: Sign, anthropic: Sign): AppError =>
  new AppError('invalid_request', {
    message: `${openAi} is of OpenAI’s chat completions, ${anthropic} of Anthropic’s Messages. Send one of the two, or say which with the header "anthropic-version".`,
    param: anthropic,
  })

const wrongDoor = (openAi: Sign): AppError =>
  new AppError('invalid_request', {
    message: `${openAi} is of OpenAI’s chat completions, and this path takes Anthropic’s Messages. Send it to /api/chat/completions.`,
    param: openAi,
  })

// What the portal itself asks needs no API's words: it is neutral already, and so are its answers.
import type { AnswerEvent, NeutralMessage, NeutralRequest } from '../../neutral/index.ts'
import type { ChatRequest } from '../chat-request.ts'
import type { AnswerDialect, FinalUsage } from './dialect.ts'
import { addData, noMedia, sizesOf } from './media-cost.ts'

/** One line of an answer, in JSON: what happened, or what it took, or why it ended. */
export type AnswerLine =
  | AnswerEvent
  | { type: 'usage'; usage: FinalUsage; isCut: boolean; isEstimated: boolean }
  | { type: 'error'; code: string; message: string }

const line = (event: AnswerLine): string => `${JSON.stringify(event)}\n`

const isNeverPassed = (): never => {
  throw new Error('No upstream speaks this dialect.')
}

/** Answers as lines of events. */
export const portalDialect: AnswerDialect = {
  name: 'portal',
  errorEvent: ({ code, message }) => line({ type: 'error', code, message }),
  ping: '',
  passAnswer: isNeverPassed,
  passStream: isNeverPassed,
  encodeAnswer: (events, { usage }) =>
    [...events, { type: 'usage' as const, usage, isCut: false, isEstimated: false }].map(line).join(''),
  encodeStream: (_context, eventsOf) => ({
    frame: (frame) => eventsOf(frame).map(line).join(''),
    closing: ({ cut, usage, isEstimated = false }) => line({ type: 'usage', usage, isCut: cut, isEstimated }),
  }),
}

/** A question of the portal's own, as the gateway takes it. */
export function portalRequest({ model, request }: { model: string; request: NeutralRequest }): ChatRequest {
  const media = noMedia()
  for (const { type, ...block } of request.messages.flatMap(blocksOf)) {
    if (type === 'image' && 'base64' in block) addData(media, block)
  }
  const texts = textsOf(request)
  return {
    dialect: 'portal',
    model,
    stream: true,
    wantsUsage: true,
    source: {
      dialect: 'portal',
      body: {},
      outputTokensField: null,
      headers: {},
      neutral: () => request,
    },
    promptTexts: () => texts,
    outputTokensAsked: request.outputTokensMax,
    choices: 1,
    hasImages: media.count > 0,
    needsTemperature: request.temperature === null,
    ...sizesOf(texts.join('\n'), media),
    sessionId: null,
  }
}

const blocksOf = ({ content }: NeutralMessage) => [...content]

const textsOf = ({ system, messages }: NeutralRequest): string[] =>
  [...system, ...messages.flatMap(blocksOf)].flatMap((block) => (block.type === 'text' ? [block.text] : []))

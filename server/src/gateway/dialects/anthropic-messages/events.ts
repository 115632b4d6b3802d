// The events of Anthropic's streams, spelled.
import { answerId } from '../answer-id.ts'
import type { AnswerContext, FinalUsage } from '../dialect.ts'
import { encodeUsage } from './usage.ts'

/** One event of the client's stream, under its name; data that is text already goes as it is. */
export const encodeEvent = (name: string, data: object | string): string =>
  `event: ${name}\ndata: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`

export const ping = 'event: ping\ndata: {"type": "ping"}\n\n'

/** What a message says of itself, whole or at its start. */
export const messageHead = ({ model, requestId }: AnswerContext, id: string | null) => ({
  id: answerId('msg_', id, requestId),
  type: 'message',
  role: 'assistant',
  model,
})

/** Begins a message. What its input takes is not known yet: an estimate, put right by `message_delta`. */
export const messageStart = (context: AnswerContext, id: string | null): string =>
  encodeEvent('message_start', {
    type: 'message_start',
    message: {
      ...messageHead(context, id),
      content: [],
      stop_reason: null,
      stop_sequence: null,
      usage: {
        input_tokens: context.inputTokensEstimate,
        cache_creation_input_tokens: 0,
        cache_read_input_tokens: 0,
        output_tokens: 0,
      },
    },
  })

export const blockStart = (index: number, block: object): string =>
  encodeEvent('content_block_start', { type: 'content_block_start', index, content_block: block })

export const blockDelta = (index: number, delta: object): string =>
  encodeEvent('content_block_delta', { type: 'content_block_delta', index, delta })

/** Most of a stream is this. */
export const textDelta = (index: number, text: string): string =>
  `event: content_block_delta\ndata: {"type":"content_block_delta","index":${index},"delta":{"type":"text_delta","text":${JSON.stringify(text)}}}\n\n`

export const blockStop = (index: number): string =>
  encodeEvent('content_block_stop', { type: 'content_block_stop', index })

/** Why a message ended, with its final counts. */
export const messageDelta = (delta: object, usage: FinalUsage): string =>
  encodeEvent('message_delta', { type: 'message_delta', delta, usage: encodeUsage(usage) })

export const messageStop: string = encodeEvent('message_stop', { type: 'message_stop' })

// An Anthropic server's answers for Anthropic's clients: as they came, but under the name the client asked for.
import type { StreamFrame } from '../../../providers/index.ts'
import type { AnswerContext, FinalUsage, StreamEncoder } from '../dialect.ts'
import { inOneLine, withField } from '../json-text.ts'
import { isRecord } from '../lossless.ts'
import { passAnswerWith } from '../pass-answer.ts'
import { renamed } from '../renamed.ts'
import { blockStop, encodeEvent, messageDelta, messageStart, messageStop } from './events.ts'
import { encodeUsage } from './usage.ts'

/** A whole answer. */
export const passAnswer = passAnswerWith(encodeUsage)

export function passStream(context: AnswerContext): StreamEncoder {
  let hasStarted = false
  let open: number | null = null
  let hasEnded = false
  /** An end that lacks the counts clients look for in it. */
  let uncounted: string | null = null

  const note = (frame: StreamFrame): void => {
    if (frame.event === 'message_start') hasStarted = true
    else if (frame.event === 'content_block_start') open = Number(frame.json?.index ?? 0)
    else if (frame.event === 'content_block_stop') open = null
    else if (frame.kind === 'finish') hasEnded = true
  }
  const endOf = (cut: boolean, usage: FinalUsage): string => {
    if (hasEnded) return ''
    const begin = hasStarted ? '' : messageStart(context, null)
    const stop = { stop_reason: cut ? 'max_tokens' : 'end_turn', stop_sequence: null }
    return begin + (open === null ? '' : blockStop(open)) + messageDelta(stop, usage)
  }
  return {
    frame(frame) {
      note(frame)
      if (frame.kind !== 'finish' || frame.json?.usage != null) return passFrame(frame, context)
      uncounted = inOneLine(frame.data)
      return ''
    },
    closing({ cut, usage }) {
      const counted = uncounted && withField(uncounted, ['usage'], encodeUsage(usage))
      return (counted ? encodeEvent('message_delta', counted) : '') + endOf(cut, usage) + messageStop
    },
  }
}

function passFrame(frame: StreamFrame, context: AnswerContext): string {
  const name = frame.event ?? String(frame.json?.type)
  if (name === 'message_start') return encodeEvent(name, startData(frame, context))
  // Only in one line is an event's data fit to be an event again.
  return encodeEvent(name, inOneLine(frame.data))
}

function startData(
  { data, json, model: from }: StreamFrame,
  { model, inputTokensEstimate }: AnswerContext,
): string {
  const text = renamed(inOneLine(data), { from, to: model, path: ['message', 'model'] })
  // Clients add to these counts, and fail where there are none.
  const isCounted = isRecord(json?.message) && json.message.usage
  const usage = { input_tokens: inputTokensEstimate, output_tokens: 0 }
  return isCounted ? text : withField(text, ['message', 'usage'], usage)
}

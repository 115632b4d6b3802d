import { type AnswerEvent, clientToolId } from '../../../neutral/index.ts'
import type { StreamFrame } from '../../../providers/index.ts'
import type { AnswerContext, StreamEncoder } from '../dialect.ts'
import { createBlockQueue } from './block-queue.ts'
import { madeUpCallId } from './encode-answer.ts'
import { messageDelta, messageStart, messageStop } from './events.ts'
import { stopFields } from './stop-reason.ts'

type Finish = Extract<AnswerEvent, { type: 'finish' }>

/** The stream of an upstream that speaks another dialect, event by event. */
export function encodeStream(
  context: AnswerContext,
  eventsOf: (frame: StreamFrame) => AnswerEvent[],
): StreamEncoder {
  const queue = createBlockQueue(({ id, name, place }) => {
    const callId = clientToolId(id || madeUpCallId(context, place))
    return { type: 'tool_use', id: callId, name, input: {} }
  })
  let hasStarted = false
  let finish: Finish | null = null
  let refusal = ''

  const start = (id: string | null): string => {
    if (hasStarted) return ''
    hasStarted = true
    return messageStart(context, id)
  }
  const contentOf = (event: AnswerEvent): string => {
    switch (event.type) {
      case 'text':
        return queue.prose('text', event.text)
      case 'refusal':
        refusal += event.text
        return queue.prose('text', event.text)
      case 'reasoning':
        return queue.prose('thinking', event.text)
      case 'reasoning-signature':
        return queue.signature(event.signature)
      case 'redacted-reasoning':
        return queue.whole({ type: 'redacted_thinking', data: event.data })
      case 'tool-call':
        return queue.call(event)
      case 'finish':
        finish ??= event
        return queue.end()
      default:
        return ''
    }
  }
  const encode = (event: AnswerEvent): string =>
    event.type === 'start' ? start(event.id) : start(null) + contentOf(event)

  return {
    frame: (frame) => eventsOf(frame).map(encode).join(''),
    // Counts may come after the finish: only here is everything known that the last events tell.
    closing({ cut, usage }) {
      const blocks = start(null) + queue.end()
      const unsaid: Finish = {
        type: 'finish',
        reason: cut ? 'length' : 'stop',
        native: null,
        stopSequence: null,
      }
      const stop = stopFields(finish ?? unsaid, { calls: queue.hasCalls, refusal })
      return blocks + messageDelta(stop, usage) + messageStop
    },
  }
}

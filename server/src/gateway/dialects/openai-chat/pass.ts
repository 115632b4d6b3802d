// An OpenAI server's answers for OpenAI's clients: as they came, but under the name the client asked for.
import type { StreamFrame } from '../../../providers/index.ts'
import type { AnswerContext, StreamEncoder } from '../dialect.ts'
import { inOneLine } from '../json-text.ts'
import { passAnswerWith } from '../pass-answer.ts'
import { renamed } from '../renamed.ts'
import { encodeUsage } from './usage.ts'

/** One event of the client's stream. */
export const encodeEvent = (data: string): string => `data: ${data}\n\n`

/** A whole answer. */
export const passAnswer = passAnswerWith(encodeUsage)

export function passStream({ model, choices, wantsUsage }: AnswerContext): StreamEncoder {
  let first: StreamFrame | null = null
  let usageEvent = ''
  const finished = new Set<number>()
  const chunk = (fields: object): string => {
    const { id, object, created } = first?.json ?? {}
    return encodeEvent(JSON.stringify({ id, object, created, model, ...fields }))
  }
  return {
    frame(frame) {
      first ??= frame
      for (const index of frame.finished) finished.add(index)
      const event = passFrame(frame, model)
      if (frame.kind !== 'usage') return event
      // Told once, at the end, in the upstream's last words.
      usageEvent = event
      return ''
    },
    closing({ cut, usage }) {
      const finish = cut ? chunk({ choices: cutChoices(choices, finished) }) : ''
      const counts = () => usageEvent || chunk({ choices: [], usage: encodeUsage(usage) })
      return finish + (wantsUsage ? counts() : '') + encodeEvent('[DONE]')
    },
  }
}

function passFrame(frame: StreamFrame, model: string): string {
  // Only in one line is an event's data fit to be an event again.
  return encodeEvent(renamed(inOneLine(frame.data), { from: frame.model, to: model }))
}

const cutChoices = (count: number, finished: ReadonlySet<number>) =>
  Array.from({ length: count }, (_, index) => ({ index, delta: {}, finish_reason: 'length' })).filter(
    ({ index }) => !finished.has(index),
  )

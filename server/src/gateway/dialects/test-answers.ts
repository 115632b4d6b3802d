import fc from 'fast-check'
import type { AnswerEvent } from '../../neutral/index.ts'
import { call, finish } from './test-frames.ts'

type Track = AnswerEvent[]

const cutUp = (text: string, cuts: readonly number[]): string[] => {
  const bounds = [0, ...cuts.map((cut) => cut % (text.length + 1)).toSorted((a, b) => a - b), text.length]
  return bounds.slice(1).map((end, i) => text.slice(bounds[i], end))
}

/** A call whose arguments come in pieces and whose name may come after some of them. */
const aCall = (key: number): fc.Arbitrary<Track> =>
  fc
    .record({
      input: fc.dictionary(fc.string(), fc.jsonValue()),
      isBare: fc.boolean(),
      cuts: fc.array(fc.nat(), { maxLength: 5 }),
      nameAt: fc.nat(2),
    })
    .map(({ input, isBare, cuts, nameAt }) => {
      const pieces = isBare ? [''] : cutUp(JSON.stringify(input), cuts)
      const at = Math.min(nameAt, pieces.length - 1)
      return pieces.map((piece, i) =>
        call(key, {
          input: piece,
          ...(i === 0 && { id: `id:${key}` }),
          ...(i === at && { name: `tool${key}` }),
        }),
      )
    })

const prose: fc.Arbitrary<Track> = fc.array(
  fc.record({ type: fc.constantFrom('text', 'reasoning'), text: fc.string() }),
)

const thought: fc.Arbitrary<Track> = fc
  .array(
    fc.oneof(
      fc.record({ type: fc.constant('reasoning-signature'), signature: fc.string({ minLength: 1 }) }),
      fc.record({ type: fc.constant('redacted-reasoning'), data: fc.string() }),
    ),
    { maxLength: 2 },
  )
  .map((events) => events as Track)

/** What an answer's events could be, calls mixed in any way, in frames of any number of them. */
export const anyAnswer: fc.Arbitrary<{ frames: AnswerEvent[][]; cut: boolean }> = fc
  .record({
    tracks: fc.tuple(prose, thought, aCall(0), aCall(1), aCall(2)),
    without: fc.subarray([0, 1, 2, 3, 4]),
    order: fc.array(fc.nat(4), { maxLength: 60 }),
    starts: fc.boolean(),
    ends: fc.constantFrom('stop', 'tool-calls', 'length', 'refusal', null),
    sizes: fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 40 }),
    cut: fc.boolean(),
  })
  .map(({ tracks, without, order, starts, ends, sizes, cut }) => {
    const left = tracks.map((track, i) => (without.includes(i) ? [] : [...track]))
    const mixed = order.flatMap((i) => left[i]?.splice(0, 1) ?? [])
    const events: AnswerEvent[] = [
      ...(starts ? [{ type: 'start', id: 'up-1' } as const] : []),
      ...mixed,
      ...left.flat(),
      ...(ends ? [finish(ends as 'stop')] : []),
    ]
    const frames: AnswerEvent[][] = sizes.map((size) => events.splice(0, size))
    return { frames: [...frames, events], cut }
  })

/** All that a kind of event said, in order. */
export const textSaid = (frames: readonly AnswerEvent[][], type: 'text' | 'reasoning'): string =>
  frames
    .flat()
    .map((event) => (event.type === type ? event.text : ''))
    .join('')

/** The arguments of each call, put together. */
export function inputsSaid(frames: readonly AnswerEvent[][]): Map<string, string> {
  const inputs = new Map<string, string>()
  for (const event of frames.flat()) {
    if (event.type !== 'tool-call') continue
    const name = `tool${event.key}`
    inputs.set(name, (inputs.get(name) ?? '') + event.input)
  }
  return inputs
}

// The events of a streamed answer, in the order the vendor sends them.
import type { Frame } from '../dialect.ts'
import type { JsonObject } from '../json.ts'
import { type AnswerBlock, type Asked, messageOf, type Said, said } from './message.ts'

/** The frame of an event: its name is its type. */
export function frameOf(event: JsonObject): Frame {
  return { event: String(event.type), data: JSON.stringify(event) }
}

const ping = { type: 'ping' }

/** The events of an answer from `message_start` to `message_stop`. */
export function messageFrames(asked: Asked): Frame[] {
  const { wire = {}, extra } = asked.answer
  const { blocks, end, usage } = said(asked)
  const usages = usagesOf(asked, { blocks, usage })
  const bodies = asked.answer.events ? [asked.answer.events] : blocks.map(blockEvents)
  const content = bodies.flatMap((events, index) => [...events, ...usages.after(index)])
  const events = [
    {
      type: 'message_start',
      message: {
        ...messageOf(asked, { content: [], stop_reason: null, stop_sequence: null, stop_details: null }),
        ...usages.start,
      },
    },
    ...(wire.pings ? content : [...content.slice(0, 1), ping, ...content.slice(1)]),
    ...usages.before,
    { type: 'message_delta', delta: { ...end, container: null }, ...usages.end },
    ...(wire.done === false ? [] : [{ type: 'message_stop' }]),
  ]
  const spaced = wire.pings ? events.flatMap((event, index) => (index > 0 ? [ping, event] : [event])) : events
  return [...(wire.emptyFirst ? [ping] : []), ...spaced].map((event) => frameOf({ ...event, ...extra }))
}

function blockEvents({ opening, deltas }: AnswerBlock, index: number): JsonObject[] {
  return [
    { type: 'content_block_start', index, content_block: opening },
    ...deltas.map((delta) => ({ type: 'content_block_delta', index, delta })),
    { type: 'content_block_stop', index },
  ]
}

/** What the events carry of the usage: `{ usage }` or nothing, and whole events beside them. */
type Usages = {
  start: JsonObject
  /** The events behind a block. */
  after: (index: number) => JsonObject[]
  /** The events before the last `message_delta`. */
  before: JsonObject[]
  end: JsonObject
}

function usagesOf({ answer }: Asked, { blocks, usage }: Pick<Said, 'blocks' | 'usage'>): Usages {
  const whole: Usages = {
    start: { usage: { ...usage, ...(answer.usageAs !== 'zero' && firstOutput(usage)) } },
    after: () => [],
    before: [],
    end: { usage: cumulative(usage) },
  }
  switch (answer.usageAs) {
    case 'missing':
      return { ...whole, start: {}, end: {} }
    case 'separate-chunk':
      return { ...whole, end: { usage: { output_tokens: usage.output_tokens } } }
    case 'null-until-last':
      return { ...whole, start: { usage: inputsAs(usage, null) } }
    case 'finish-chunk':
      return { ...whole, start: { usage: inputsAs(usage, 0) } }
    case 'duplicate':
      return { ...whole, before: [runningDelta(cumulative(usage))] }
    case 'every-chunk':
      return {
        ...whole,
        after: (index) => [runningDelta(cumulative(share(usage, (index + 1) / Math.max(1, blocks.length))))],
      }
    default:
      return whole
  }
}

/** At the start the vendor has counted one token of the answer, or a few. */
function firstOutput(usage: JsonObject): JsonObject {
  return typeof usage.output_tokens === 'number' ? { output_tokens: 1, output_tokens_details: null } : {}
}

const runningDelta = (usage: JsonObject): JsonObject => ({
  type: 'message_delta',
  delta: { stop_reason: null, stop_sequence: null },
  usage,
})

/** The totals that `message_delta` has; what else `message_start` said about the usage stays as it was. */
function cumulative({ cache_creation: _, service_tier: __, ...usage }: JsonObject): JsonObject {
  return usage
}

const inputFields = new Set(['input_tokens', 'cache_creation_input_tokens', 'cache_read_input_tokens'])

function inputsAs(usage: JsonObject, value: 0 | null): JsonObject {
  return Object.fromEntries(
    Object.entries({ ...usage, ...firstOutput(usage) }).map(([name, count]) => [
      name,
      inputFields.has(name) ? value : count,
    ]),
  )
}

function share(usage: JsonObject, part: number): JsonObject {
  return { ...usage, output_tokens: Math.floor(Number(usage.output_tokens) * part) }
}

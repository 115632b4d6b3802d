import type { AnswerEvent } from '../../neutral/index.ts'
import { noUsage, type StreamFrame } from '../../providers/index.ts'
import type { AnswerContext, Dialect, FinalUsage } from './dialect.ts'

/** A frame of an upstream's stream, as its reader would give it. */
export const aFrame = (
  frame: Partial<StreamFrame> & { json?: Record<string, unknown> | null },
): StreamFrame => ({
  kind: 'content',
  event: null,
  data: JSON.stringify(frame.json ?? {}),
  json: null,
  model: frame.json?.model ?? null,
  text: '',
  finished: [],
  usage: null,
  failure: null,
  ...frame,
})

export const aContext = (context: Partial<AnswerContext> = {}): AnswerContext => ({
  model: 'asked',
  requestId: 'req_01TEST',
  wantsUsage: true,
  choices: 1,
  inputTokensEstimate: 7,
  ...context,
})

export const someUsage: FinalUsage = { input: 100, cached: 30, cacheWritten: 20, output: 40, reasoning: 5 }

export const finish = (
  reason: Extract<AnswerEvent, { type: 'finish' }>['reason'] = 'stop',
  rest: { native?: string; stopSequence?: string } = {},
): AnswerEvent => ({ type: 'finish', reason, native: null, stopSequence: null, ...rest })

export const call = (key: number, fields: { id?: string; name?: string; input?: string }): AnswerEvent => ({
  type: 'tool-call',
  key,
  id: null,
  name: null,
  input: '',
  ...fields,
})

/** The client's stream of frames that say these events, one list a frame. */
export function encoded(
  dialect: Dialect,
  frames: readonly (readonly AnswerEvent[])[],
  { cut = false, ...context }: Partial<AnswerContext> & { cut?: boolean } = {},
): string {
  const events = new Map(frames.map((list) => [aFrame({ usage: noUsage }), list]))
  const encoder = dialect.encodeStream(aContext(context), (frame) => [...(events.get(frame) ?? [])])
  const sent = [...events.keys()].map((frame) => encoder.frame(frame))
  return sent.join('') + encoder.closing({ cut, usage: someUsage })
}

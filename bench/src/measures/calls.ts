import type { Gateway } from '../gateways/index.ts'
import type { Calls } from '../load/index.ts'

/** Content frames of the streams. */
export const framesOfStream = 20

// About a thousand characters: a short system prompt and a few turns.
const sentence = 'The quick brown fox jumps over the lazy dog while the band plays on. '
const instruction = 'You are a helpful assistant. Answer in plain words.'
const messages = [
  { role: 'user', content: sentence.repeat(5) },
  { role: 'assistant', content: sentence.repeat(5) },
  { role: 'user', content: sentence.repeat(5) },
]

const conversation = {
  openai: { messages: [{ role: 'system', content: instruction }, ...messages] },
  anthropic: { system: instruction, messages },
}

/** The bench's one question, as this gateway takes it. */
export const callsTo = (gateway: Gateway, stream: boolean, frames = framesOfStream): Calls => ({
  port: gateway.port,
  path: gateway.path,
  headerSets: gateway.headerSets,
  dialect: gateway.dialect,
  body: JSON.stringify({
    model: gateway.model,
    max_tokens: 500,
    ...conversation[gateway.dialect],
    ...(stream && { stream }),
  }),
  stream,
  frames,
})

/** A whole answer at once, or a stream whose frames are written singly, or so many together, milliseconds apart. */
export function answerBehaviour({
  stream,
  delayMs = 0,
  frames = framesOfStream,
  together = 1,
}: {
  stream: boolean
  delayMs?: number
  frames?: number
  together?: number
}): Record<string, unknown> {
  const chunks = Array.from({ length: frames }, (_, index) => `word ${index} `)
  if (!stream) return { kind: 'answer', chunks }
  return { kind: 'answer', chunks, delayMs, wire: { together } }
}

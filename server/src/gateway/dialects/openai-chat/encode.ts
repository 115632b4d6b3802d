import type { Answer, StreamFrame } from '../../../providers/index.ts'

/** Final counts, as a client is told them. */
export type FinalUsage = { input: number; cached: number; output: number; reasoning: number }

/** One event of the client's stream. */
export const encodeEvent = (data: string): string => `data: ${data}\n\n`

/** An upstream's event for the client: as it came, but under the name the client asked for. */
export function encodeFrame(frame: StreamFrame, model: string): string {
  // Only in one line is an event's data fit to be an event again.
  const text = frame.data.includes('\n') ? null : renamed(frame.data, { from: frame.model, to: model })
  return encodeEvent(text ?? JSON.stringify({ ...frame.json, model }))
}

/** The same JSON under another model's name, all else as it was spelled; null where the place is not certain. */
function renamed(json: string, { from, to }: { from: unknown; to: string }): string | null {
  if (from === to) return json
  const field = `"model":${JSON.stringify(from)}`
  const at = json.indexOf(field)
  if (at < 0 || json.includes(field, at + 1)) return null
  return `${json.slice(0, at)}"model":${JSON.stringify(to)}${json.slice(at + field.length)}`
}

/** The events that close a stream the upstream did not close itself. */
export function encodeChunk(
  identity: Record<string, unknown>,
  chunk: { choices: unknown[]; usage?: FinalUsage },
): string {
  const { usage, choices } = chunk
  return encodeEvent(JSON.stringify({ ...identity, choices, ...(usage && { usage: encodeUsage(usage) }) }))
}

/** A whole answer for the client: as it came, but under the name it asked for, with our count where there is none. */
export function encodeAnswer(
  { json, body }: Answer,
  { model, usage }: { model: string; usage: FinalUsage },
): string {
  const text = json.usage ? renamed(body, { from: json.model, to: model }) : null
  return text ?? JSON.stringify({ ...json, model, usage: json.usage ?? encodeUsage(usage) })
}

function encodeUsage({ input, cached, output, reasoning }: FinalUsage): Record<string, unknown> {
  return {
    prompt_tokens: input,
    completion_tokens: output,
    total_tokens: input + output,
    prompt_tokens_details: { cached_tokens: cached },
    completion_tokens_details: { reasoning_tokens: reasoning },
  }
}

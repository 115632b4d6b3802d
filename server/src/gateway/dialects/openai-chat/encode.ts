import type { StreamFrame } from '../../../providers/index.ts'

/** Final counts, as a client is told them. */
export type FinalUsage = { input: number; cached: number; output: number; reasoning: number }

/** One event of the client's stream. */
export const encodeEvent = (data: string): string => `data: ${data}\n\n`

/** An upstream's event for the client: as it came, but under the name the client asked for. */
export function encodeFrame({ json, data }: StreamFrame, model: string): string {
  if (!json || (json.model === model && !data.includes('\n'))) return encodeEvent(data)
  return encodeEvent(JSON.stringify({ ...json, model }))
}

/** The events that close a stream the upstream did not close itself. */
export function encodeChunk(
  identity: Record<string, unknown>,
  chunk: { choices: unknown[]; usage?: FinalUsage },
): string {
  const { usage, choices } = chunk
  return encodeEvent(JSON.stringify({ ...identity, choices, ...(usage && { usage: encodeUsage(usage) }) }))
}

/** A whole answer for the client, with our count where the upstream gave none. */
export function encodeAnswer(
  json: Record<string, unknown>,
  { model, usage }: { model: string; usage: FinalUsage },
): string {
  return JSON.stringify({ ...json, model, usage: json.usage ?? encodeUsage(usage) })
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

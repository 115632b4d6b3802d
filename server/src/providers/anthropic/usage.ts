import { count, isRecord } from '../json.ts'
import { noUsage, type ReportedUsage } from '../provider.ts'

/** Anthropic's counts as they were last told; each is null until it was. */
export type RawUsage = {
  input: number | null
  cacheRead: number | null
  cacheWritten: number | null
  output: number | null
  thinking: number | null
}

export const noRawUsage: RawUsage = {
  input: null,
  cacheRead: null,
  cacheWritten: null,
  output: null,
  thinking: null,
}

/** What is known after one more `usage`: its counts run on, so the last of each stands and none are added up. */
export function withUsage(known: RawUsage, usage: unknown): RawUsage {
  if (!isRecord(usage)) return known
  const details = isRecord(usage.output_tokens_details) ? usage.output_tokens_details : {}
  return {
    input: count(usage.input_tokens) ?? known.input,
    cacheRead: count(usage.cache_read_input_tokens) ?? known.cacheRead,
    cacheWritten: count(usage.cache_creation_input_tokens) ?? known.cacheWritten,
    output: count(usage.output_tokens) ?? known.output,
    thinking: count(details.thinking_tokens) ?? known.thinking,
  }
}

/** The counts as the ledger has them: all input in one number, whereas Anthropic leaves out what a cache took part in. */
export function usageOf({ input, cacheRead, cacheWritten, output, thinking }: RawUsage): ReportedUsage {
  return {
    ...noUsage,
    input: input === null ? null : input + (cacheRead ?? 0) + (cacheWritten ?? 0),
    cached: cacheRead,
    cacheWritten,
    output,
    reasoning: thinking,
  }
}

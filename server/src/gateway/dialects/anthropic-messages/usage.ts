import type { FinalUsage } from '../dialect.ts'

/** Counts in Anthropic's words: what was read from a cache or written to it is apart from the input. */
export const encodeUsage = ({ input, cached, cacheWritten, output, reasoning }: FinalUsage) => ({
  input_tokens: Math.max(0, input - cached - cacheWritten),
  cache_creation_input_tokens: cacheWritten,
  cache_read_input_tokens: cached,
  output_tokens: output,
  ...(reasoning > 0 && { output_tokens_details: { thinking_tokens: reasoning } }),
})

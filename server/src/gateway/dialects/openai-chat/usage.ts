import type { FinalUsage } from '../dialect.ts'

/** Counts in OpenAI's words: what was read from a cache or written to it is part of the prompt. */
export const encodeUsage = ({ input, cached, cacheWritten, output, reasoning }: FinalUsage) => ({
  prompt_tokens: input,
  completion_tokens: output,
  total_tokens: input + output,
  prompt_tokens_details: {
    cached_tokens: cached,
    ...(cacheWritten > 0 && { cache_write_tokens: cacheWritten }),
  },
  completion_tokens_details: { reasoning_tokens: reasoning },
})

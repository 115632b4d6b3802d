import { count, isRecord } from '../json.ts'
import type { ReportedUsage } from '../provider.ts'

/** Reads OpenAI's `usage`; null where there is none. A field the upstream left out stays null. */
export function readUsage(usage: unknown): ReportedUsage | null {
  if (!isRecord(usage)) return null
  return {
    input: count(usage.prompt_tokens),
    output: count(usage.completion_tokens),
    cached: count(detail(usage.prompt_tokens_details, 'cached_tokens')),
    // OpenAI asks nothing for it, and does not say.
    cacheWritten: null,
    reasoning: count(detail(usage.completion_tokens_details, 'reasoning_tokens')),
  }
}

const detail = (details: unknown, name: string): unknown => (isRecord(details) ? details[name] : null)

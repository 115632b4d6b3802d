import { noUsage, type ReportedUsage } from '../providers/index.ts'
import { estimateTokens, type TokenCounter } from '../tokens/index.ts'
import type { ChatRequest } from './chat-request.ts'
import type { FinalUsage } from './dialects/index.ts'

/** Adds up what a request used: the upstream's word where it gave it, else our count. */
export type UsageCount = {
  produced(text: string): void
  /** The last word on each field counts; an explicit 0 is 0. */
  reported(usage: ReportedUsage): void
  /** Forgets what an earlier attempt reported and produced. */
  restart(): void
  /** About how many output tokens there are so far. */
  outputEstimate(): number
  /** How many there are so far, counted: near a limit, where an estimate will not do. */
  outputCounted(): Promise<number>
  /** Counted once: what it answers first is what it answers. */
  final(): Promise<FinalUsage>
  isEstimated(): boolean
}

// Text waiting to be counted is bounded: beyond this it goes to the counter while the stream runs.
const uncountedCharactersMax = 32 * 1024

export function createUsageCount(
  tokens: TokenCounter,
  { promptTexts, imageTokens }: Pick<ChatRequest, 'promptTexts' | 'imageTokens'>,
): UsageCount {
  let counts: Promise<number>[] = []
  let uncounted = ''
  let outputBytes = 0
  let usage = noUsage
  let counted: Promise<FinalUsage> | null = null

  const flush = () => {
    if (uncounted !== '') counts.push(tokens.count([uncounted]))
    uncounted = ''
  }
  const countOutput = async () => {
    flush()
    return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0)
  }
  const count = async (): Promise<FinalUsage> => ({
    input: usage.input ?? (await tokens.count(promptTexts())) + imageTokens,
    cached: usage.cached ?? 0,
    cacheWritten: usage.cacheWritten ?? 0,
    output: usage.output ?? (await countOutput()),
    reasoning: usage.reasoning ?? 0,
  })
  return {
    produced(text) {
      uncounted += text
      outputBytes += Buffer.byteLength(text)
      if (uncounted.length > uncountedCharactersMax) flush()
    },
    reported({ input, cached, cacheWritten, output, reasoning }) {
      usage = {
        input: input ?? usage.input,
        cached: cached ?? usage.cached,
        cacheWritten: cacheWritten ?? usage.cacheWritten,
        output: output ?? usage.output,
        reasoning: reasoning ?? usage.reasoning,
      }
    },
    restart() {
      usage = noUsage
      counts = []
      uncounted = ''
      outputBytes = 0
    },
    outputEstimate: () => estimateTokens(outputBytes),
    outputCounted: countOutput,
    final() {
      counted ??= count()
      return counted
    },
    isEstimated: () => usage.input === null || usage.output === null,
  }
}

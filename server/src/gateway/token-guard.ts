import type { Completion } from './completion.ts'
import { outputWanted } from './output-budget.ts'
import type { Valve } from './valve.ts'

// Four bytes to a token is a guess that may be three times too low: what is left is looked at again by a third of it.
const guessedShare = 3
const stepMin = 8
// An upstream that holds to what was asked may count with another tokenizer than ours.
const otherTokenizer = 1.5

/**
 * Takes further tokens as a stream goes on, and ends it when there are none. Called after each read; only a count,
 * never the size in bytes, ends an answer.
 */
export function createTokenGuard(
  { chat, model, lease, meter }: Pick<Completion, 'chat' | 'model' | 'lease' | 'meter'>,
  { valve, cut }: { valve: Valve; cut: () => void },
): () => void {
  const wanted = outputWanted({ chat, model })
  let granted = lease.outputTokens
  const hasAll = () => granted >= wanted
  let checkAt = hasAll() ? granted : granted / guessedShare
  let isChecking = false

  const check = async () => {
    isChecking = true
    valve.shut('tokens')
    const counted = await meter.outputCounted()
    if (!hasAll() && granted - counted <= stepMin) granted += await lease.extend().catch(() => 0)
    const left = (hasAll() ? granted * otherTokenizer : granted) - counted
    if (left <= 0) return cut()
    checkAt = meter.outputEstimate() + Math.max(stepMin, left / guessedShare)
    isChecking = false
    valve.open('tokens')
  }
  return () => {
    if (lease.limited && !isChecking && meter.outputEstimate() >= checkAt) void check()
  }
}

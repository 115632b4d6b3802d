import type { RequestId } from '@portal/contract'
import type { Lease } from '../admission/index.ts'
import type { ModelEntry, Target } from '../models/index.ts'
import type { PreparedCall } from '../providers/index.ts'
import type { Breaker } from './breaker.ts'
import type { Cancellation } from './cancellation.ts'
import type { ChatRequest } from './chat-request.ts'
import type { AnswerContext, AnswerDialect } from './dialects/index.ts'
import type { AttemptResult } from './exchange.ts'
import type { Keeper } from './keeper.ts'
import type { Meter } from './meter.ts'
import type { Outlet } from './outlet.ts'
import { outputCap } from './output-budget.ts'
import { nextAttempt, orderTargets, recoveryFrom } from './routing.ts'
import { capFieldOf, prepare, type Suited } from './suited.ts'

/** One admitted request on its way to an answer. */
export type Completion = {
  requestId: RequestId
  dialect: AnswerDialect
  chat: ChatRequest
  model: ModelEntry
  translated: Suited['translated']
  isMixed: Suited['isMixed']
  lease: Lease
  meter: Meter
  breaker: Breaker
  cancellation: Cancellation
  outlet: Outlet
  /** Null where it names no chat. */
  keeper: Keeper | null
  /** Response headers of a successful answer; each attempt adds what it changed. */
  headers: Record<string, string>
}

/** One attempt: where, and whether only a connection made for it will do, since the one before broke. */
export type Attempt = { target: Target; onNewConnection: boolean }

/** Tries the model's targets until one attempt stands. */
export async function route<T>(
  { model, meter, breaker, cancellation }: Completion,
  attempt: (attempt: Attempt) => Promise<AttemptResult<T>>,
  mayRetry: () => boolean,
): Promise<AttemptResult<T>> {
  const order = orderTargets(model.targets, { isOpen: breaker.isOpen, random: Math.random })
  let target = order[0]
  let onNewConnection = false
  for (let attempts = 1; target; attempts++) {
    if (cancellation.reason) return { kind: 'cancelled', reason: cancellation.reason }
    meter.attempted(target)
    const startedMs = performance.now()
    const result = await attempt({ target, onNewConnection })
    judge(breaker, target, { result, ms: performance.now() - startedMs })
    if (result.kind !== 'failed' || !mayRetry()) return result
    const next = nextAttempt({ order, attempts, failure: result.failure, random: Math.random })
    if (!next) return result
    if (next.waitMs > 0) await waitUnlessCancelled(next.waitMs, cancellation)
    target = next.target
    // An upstream that closes what is idle closes all of it: the next connection at hand may be as dead.
    onNewConnection = result.failure.status === null
  }
  throw new Error(`The model ${model.id} has no targets.`)
}

function waitUnlessCancelled(ms: number, cancellation: Cancellation): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms)
    cancellation.onCancel(() => {
      clearTimeout(timer)
      resolve()
    })
  })
}

type Ended = { result: AttemptResult<unknown>; ms: number }

function judge(breaker: Breaker, { name }: Target, { result, ms }: Ended): void {
  if (result.kind === 'done') breaker.succeeded(name, ms)
  else if (result.kind === 'failed' && recoveryFrom(result.failure) !== 'none') breaker.failed(name)
  else if (result.kind === 'cancelled' && result.reason === 'deadline') breaker.failed(name)
}

/** The request as one target shall get it; in the headers, what was changed for that. */
export function prepareFor(
  { chat, model, lease, headers, translated, isMixed }: Completion,
  { target, onNewConnection }: Attempt,
): PreparedCall {
  const cap = outputCap({ chat, model, lease, isMixed })
  const prepared = (cap === null && translated.get(target)) || prepare({ chat, model }, target, cap)
  const capped = cap === null ? [] : [`${capFieldOf({ chat, model })}=${cap}`]
  headers['x-portal-model'] = asHeader(target.model)
  disclose(headers, [...capped, ...prepared.changed])
  return { ...prepared, onNewConnection }
}

function disclose(headers: Completion['headers'], changes: string[]): void {
  // A target tried before may have needed others.
  delete headers['x-portal-changed']
  if (changes.length > 0) headers['x-portal-changed'] = changes.map(asHeader).join(', ').slice(0, 1000)
}

/** The names of fields are the client's, those of models the operator's: they may hold what no header takes. */
const asHeader = (name: string): string => name.replace(/[^\x20-\x7e]|,/g, '?')

/** What the client's answer is made with. */
export const answerContext = ({ chat, meter, requestId }: Completion): AnswerContext => ({
  model: chat.model,
  requestId,
  wantsUsage: chat.wantsUsage,
  choices: chat.choices,
  inputTokensEstimate: meter.inputTokens,
})

import type { ServerResponse } from 'node:http'
import type { Lease } from '../admission/index.ts'
import type { ModelEntry, Target } from '../models/index.ts'
import type { ProviderCall } from '../providers/index.ts'
import type { Breaker } from './breaker.ts'
import type { Cancellation } from './cancellation.ts'
import type { ChatRequest } from './chat-request.ts'
import type { AttemptResult } from './exchange.ts'
import type { Meter } from './meter.ts'
import { outputCap } from './output-budget.ts'
import { nextAttempt, orderTargets, recoveryFrom } from './routing.ts'

/** One admitted request on its way to an answer. */
export type Completion = {
  chat: ChatRequest
  model: ModelEntry
  lease: Lease
  meter: Meter
  breaker: Breaker
  cancellation: Cancellation
  res: ServerResponse
  /** Response headers of a successful answer. */
  headers: Record<string, string>
}

/** Tries the model's targets until one attempt stands. */
export async function route<T>(
  { model, meter, breaker, cancellation }: Completion,
  attempt: (target: Target) => Promise<AttemptResult<T>>,
  mayRetry: () => boolean,
): Promise<AttemptResult<T>> {
  const order = orderTargets(model.targets, { isOpen: breaker.isOpen, random: Math.random })
  let target = order[0]
  for (let attempts = 1; target; attempts++) {
    if (cancellation.reason) return { kind: 'cancelled', reason: cancellation.reason }
    meter.attempted(target.name)
    const result = await attempt(target)
    judge(breaker, target, result)
    if (result.kind !== 'failed' || !mayRetry()) return result
    const next = nextAttempt({ order, attempts, failure: result.failure, random: Math.random })
    if (!next) return result
    if (next.waitMs > 0) await waitUnlessCancelled(next.waitMs, cancellation)
    target = next.target
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

function judge(breaker: Breaker, { name }: Target, result: AttemptResult<unknown>): void {
  if (result.kind === 'done') breaker.succeeded(name)
  else if (result.kind === 'failed' && recoveryFrom(result.failure) !== 'none') breaker.failed(name)
  else if (result.kind === 'cancelled' && result.reason === 'deadline') breaker.failed(name)
}

/** The request as one target shall get it. */
export function callFor({ chat, model, lease }: Completion, target: Target): ProviderCall {
  return {
    body: chat.body,
    model: target.model,
    stream: chat.stream,
    temperature: chat.needsTemperature ? model.temperatureDefault : null,
    outputCap: outputCap({ chat, model, lease }),
  }
}

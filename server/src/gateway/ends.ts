import { AppError } from '../errors.ts'
import { failure } from '../providers/index.ts'
import type { CancelReason } from './cancellation.ts'
import type { Completion } from './completion.ts'
import type { AttemptResult } from './exchange.ts'
import type { Outcome } from './meter.ts'
import { errorFromFailure } from './upstream-errors.ts'

type BadEnd = Exclude<AttemptResult<unknown>, { kind: 'done' }>

/** Settles a request that got no whole answer, and says what the client is to be told. */
export function errorOfEnd(
  { meter }: Pick<Completion, 'meter'>,
  { result, hasProduced }: { result: BadEnd; hasProduced: boolean },
): AppError {
  const error = errorOf(result)
  const outcome: Outcome = { ...outcomeOf(result, hasProduced), errorCode: error.code }
  // Not awaited: nobody waits for this row, and the ledger keeps it whatever happens.
  meter.settle(outcome).catch(() => {})
  return error
}

function errorOf(result: BadEnd): AppError {
  return result.kind === 'failed' ? errorFromFailure(result.failure) : cancelErrors[result.reason]()
}

const cancelErrors: Record<CancelReason, () => AppError> = {
  client: () => new AppError('client_closed'),
  stalled: () => new AppError('client_closed'),
  deadline: () => errorFromFailure(failure('timeout')),
  shutdown: () => new AppError('draining'),
}

/** A client that leaves pays for what was under way for it; what failed before it began costs nothing. */
function outcomeOf(result: BadEnd, hasProduced: boolean): Outcome {
  const charge = hasProduced ? 'used' : 'nothing'
  if (result.kind === 'failed' || result.reason === 'deadline') return { status: 'upstream_error', charge }
  if (result.reason === 'shutdown') return { status: 'portal_error', charge }
  return { status: 'client_cancelled', charge: 'used' }
}

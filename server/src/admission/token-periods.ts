import type { Period } from './admission.ts'

/** Tokens of one day, month or billing period: what ended, and what open leases hold. */
export type TokenPeriod = { endsAt: number; settled: number; held: number }

/** Tokens of one period, settled and held. */
export function usedOf(period: TokenPeriod): number {
  return period.settled + period.held
}

/**
 * The periods of one key or organisation, by their start. The period just before the newest stays, because some
 * callers learn of a new one seconds late; older ones go when nothing is held in them.
 */
export class TokenPeriods {
  readonly #periods = new Map<number, TokenPeriod>()

  /** The period that starts at this instant, if it is known. */
  find(startsAt: number): TokenPeriod | undefined {
    return this.#periods.get(startsAt)
  }

  /** The known period, or a new one in which `settled` tokens are used. */
  open({ startsAt, endsAt }: Period, settled = 0): TokenPeriod {
    const known = this.#periods.get(startsAt)
    if (known) return known
    const opened = { endsAt, settled, held: 0 }
    this.#dropBefore(startsAt)
    this.#periods.set(startsAt, opened)
    return opened
  }

  #dropBefore(instant: number): void {
    for (const [startsAt, period] of this.#periods) {
      if (period.held === 0 && period.endsAt < instant) this.#periods.delete(startsAt)
    }
  }
}

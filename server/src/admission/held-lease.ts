import type { Lease } from './admission.ts'
import { tokensFrom } from './amounts.ts'
import type { TokenRule } from './rules.ts'
import { usedOf } from './token-periods.ts'

const SLICE_MIN = 1024
const SLICE_SHARE = 10

/** What a lease is given for; the rules must have room for the input and one token of output. */
export type LeaseTerms = {
  tokenRules: readonly TokenRule[]
  inputTokens: number
  outputTokensMax: number
  /** Epoch ms. */
  expiresAt: number
  /** Ends the leases whose time is over: called before this one acts. */
  expireLeases: () => void
  onEnd: (lease: HeldLease) => void
}

/** A lease whose tokens are held in every period in which its request started, until it ends. */
export class HeldLease implements Lease {
  readonly limited: boolean
  readonly expiresAt: number
  readonly #terms: LeaseTerms
  readonly #outputTokensMax: number
  #outputTokens: number
  #held = 0
  #open = true

  constructor(terms: LeaseTerms) {
    this.#terms = terms
    this.expiresAt = terms.expiresAt
    this.limited = terms.tokenRules.some((rule) => rule.limit !== Number.POSITIVE_INFINITY)
    this.#outputTokensMax = Math.max(1, tokensFrom(terms.outputTokensMax))
    const inputTokens = tokensFrom(terms.inputTokens)
    const remaining = this.#remaining()
    this.#outputTokens = sliceOf(remaining, Math.min(this.#outputTokensMax, remaining - inputTokens))
    // Without a limit the whole output is granted, but a boundless ask must not fill the counters that a limit
    // set a moment later would read.
    const heldOutput = this.limited ? this.#outputTokens : Math.min(SLICE_MIN, this.#outputTokens)
    this.#hold(inputTokens + heldOutput)
  }

  get outputTokens(): number {
    return this.#outputTokens
  }

  /** Input and output tokens held now. */
  get heldTokens(): number {
    return this.#held
  }

  async extend(): Promise<number> {
    this.#terms.expireLeases()
    if (!this.#open) return 0
    const remaining = this.#remaining()
    const slice = sliceOf(remaining, Math.min(this.#outputTokensMax - this.#outputTokens, remaining))
    if (slice === 0) return 0
    this.#outputTokens += slice
    this.#hold(slice)
    return slice
  }

  settle(tokens: number): void {
    this.#terms.expireLeases()
    const isUsable = Number.isFinite(tokens) && tokens >= 0
    this.#end(isUsable ? tokensFrom(tokens) : this.#held)
  }

  /** Ends the lease and charges what it held: nobody said what was used. */
  expire(): void {
    this.#end(this.#held)
  }

  #end(charged: number): void {
    if (!this.#open) return
    this.#open = false
    for (const { period } of this.#terms.tokenRules) period.settled += charged
    this.#hold(-this.#held)
    this.#terms.onEnd(this)
  }

  #hold(tokens: number): void {
    this.#held += tokens
    for (const { period } of this.#terms.tokenRules) period.held += tokens
  }

  #remaining(): number {
    return Math.min(...this.#terms.tokenRules.map(({ limit, period }) => limit - usedOf(period)))
  }
}

/** A tenth of what remains, but not too small a step for a stream, and never more than `most`. */
function sliceOf(remaining: number, most: number): number {
  return Math.max(0, Math.min(most, Math.max(SLICE_MIN, Math.floor(remaining / SLICE_SHARE))))
}

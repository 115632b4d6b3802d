/** What a request asks of the limits that guard it; every request brings its own limits, null means unlimited. */
export type AdmissionRequest = {
  key: {
    id: string
    requestsPerMinute: number | null
    tokensPerDay: number | null
    tokensPerMonth: number | null
  }
  organisation: {
    id: string
    requestsPerMinute: number | null
    tokensPerPeriod: number | null
    /** Of a UTC day; none unless given. */
    tokensPerDay?: number | null
    /** Billing period, epoch ms; `startsAt` is its identity. */
    period: Period
    parallelMax: number | null
  }
  /** Estimated input tokens. */
  inputTokens: number
  /** What the caller asked for, or the model's cap. */
  outputTokensMax: number
}

/** A span of time in epoch ms; the end is not part of it. */
export type Period = { startsAt: number; endsAt: number }

/** The limits of all requests: every rule is consumed in one step, or none is. */
export type Admission = {
  /** Admits or refuses; rejects with the usage reader's error, and then nothing is consumed. */
  consume(request: AdmissionRequest): Promise<Admitted | Refused>
  /** The tokens that the tightest rule has left now, Infinity where none applies; takes nothing. */
  headroom(request: AdmissionRequest): Promise<number>
  /**
   * Charges tokens found later to the periods in which the request started; anything but a positive finite
   * number of tokens charges nothing. The ledger must have them first: counters not in memory are read there.
   */
  charge(correction: Correction): Promise<void>
  /** Leases open now and the tokens they hold, in this process. */
  stats(): { openLeases: number; heldTokens: number }
  /** What is counted now for whoever asked within the last hour, in this process; tokens settled and held. */
  uses(): { keys: KeyInUse[]; organisations: OrganisationInUse[] }
}

/** What is counted for a key now. */
export type KeyInUse = { id: string; requests: number; tokensOfDay: number; tokensOfMonth: number }

/** What is counted for an organisation now; tokens of a day are counted only where they are limited. */
export type OrganisationInUse = {
  id: string
  requests: number
  openLeases: number
  tokensOfDay: number | null
  /** Of the billing period that begins at an instant (epoch ms); null where nothing was counted in it. */
  tokensOfPeriod: (startsAt: number) => number | null
}

/** Tokens found after the lease had ended; times in epoch ms. */
export type Correction = {
  keyId: string | null
  organisationId: string
  periodStartsAt: number
  startedAt: number
  tokens: number
}

/** The request may run until its lease ends. */
export type Admitted = { admitted: true; lease: Lease }

/** The first rule, in the order of `LimitRule`, that has no room; nothing was consumed of any rule. */
export type Refused = {
  admitted: false
  rule: LimitRule
  limit: number
  /** What a dashboard shows: requests, open leases, or tokens settled and held. */
  used: number
  /** Epoch ms. */
  resetsAt: number
  /** An integer of at least 1. */
  retryAfterSeconds: number
}

/** Every rule there is, in the order in which a refusal names them. */
export type LimitRule =
  | 'key_requests_per_minute'
  | 'organisation_requests_per_minute'
  | 'key_tokens_per_day'
  | 'key_tokens_per_month'
  | 'organisation_tokens_per_day'
  | 'organisation_tokens_per_period'
  | 'organisation_parallel'

/** One running request; it ends by `settle`, or by itself when it was never settled. */
export type Lease = {
  /** Output tokens this request may produce now; equals outputTokensMax when no token rule applies. */
  readonly outputTokens: number
  /** False when no token rule applies: the request is never cut nor clamped. */
  readonly limited: boolean
  /** Takes a further slice for a stream; resolves to the tokens added, 0 when nothing is left. */
  extend(): Promise<number>
  /**
   * Ends the lease with what was really used (input + output); only the first call counts, and none once the
   * lease has expired. Anything but a finite number from 0 charges what was held.
   */
  settle(tokens: number): void
}

/**
 * What was used before this process knew the key or the organisation, from rollups and open holds; token counts
 * up to `at` or within the period, and the epoch ms of the requests admitted within the last minute.
 */
export type UsageReader = {
  ofKey(keyId: string, at: number): Promise<{ day: number; month: number; requestTimes: number[] }>
  ofOrganisation(organisationId: string, period: Period): Promise<{ tokens: number; requestTimes: number[] }>
}

/** What an implementation of `Admission` is made from; `now` is epoch ms. */
export type AdmissionDeps = { usage: UsageReader; now?: () => number; leaseMaxMs?: number }

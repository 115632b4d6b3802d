import { expect } from 'vitest'
import type {
  Admission,
  AdmissionDeps,
  AdmissionRequest,
  Admitted,
  Lease,
  LimitRule,
  Refused,
  UsageReader,
} from './admission.ts'

/** Makes the implementation under test. */
export type CreateAdmission = (deps: Required<AdmissionDeps>) => Admission | Promise<Admission>

/** An admission and the clock it reads. */
export type World = {
  admission: Admission
  clock: { at: number }
  /** Consumes and expects a lease. */
  admit(request: AdmissionRequest): Promise<Lease>
  /** Consumes and expects a refusal. */
  refuse(request: AdmissionRequest): Promise<Refused>
}

type RequestParts = {
  key?: Partial<AdmissionRequest['key']>
  organisation?: Partial<AdmissionRequest['organisation']>
  inputTokens?: number
  outputTokensMax?: number
}

export const SECOND_MS = 1000
export const MINUTE_MS = 60 * SECOND_MS
export const DAY_MS = 24 * 60 * MINUTE_MS
export const LEASE_MAX_MS = 6 * MINUTE_MS
/** Noon of a day in the middle of a month. */
export const START = Date.UTC(2030, 0, 15, 12)
/** A billing period around `START` that is no calendar month. */
export const PERIOD = { startsAt: START - 10 * DAY_MS, endsAt: START + 20 * DAY_MS }

/** A reader to which nothing was used before, with the given answers in its place. */
export function aReader(answers: Partial<UsageReader> = {}): UsageReader {
  return {
    ofKey: async () => ({ day: 0, month: 0, requestTimes: [] }),
    ofOrganisation: async () => ({ tokens: 0, requestTimes: [] }),
    ...answers,
  }
}

/** A request of 10 tokens in and at most 90 out, without any limit. */
export function aRequest({ key, organisation, ...tokens }: RequestParts = {}): AdmissionRequest {
  return {
    key: { id: 'key_a', requestsPerMinute: null, tokensPerDay: null, tokensPerMonth: null, ...key },
    organisation: {
      id: 'org_a',
      requestsPerMinute: null,
      tokensPerPeriod: null,
      period: PERIOD,
      parallelMax: null,
      ...organisation,
    },
    inputTokens: 10,
    outputTokensMax: 90,
    ...tokens,
  }
}

/** A fresh admission whose clock stands at `START`. */
export async function aWorld(create: CreateAdmission, usage: UsageReader = aReader()): Promise<World> {
  const clock = { at: START }
  const admission = await create({ usage, now: () => clock.at, leaseMaxMs: LEASE_MAX_MS })
  return {
    admission,
    clock,
    async admit(request) {
      const outcome = await admission.consume(request)
      if (!outcome.admitted) throw new Error(`refused by ${outcome.rule}, used ${outcome.used}`)
      return outcome.lease
    },
    async refuse(request) {
      const outcome = await admission.consume(request)
      if (outcome.admitted) throw new Error('admitted')
      return outcome
    },
  }
}

/** The leases of as many requests at the same time as were admitted. */
export async function admitMany(
  { admission }: World,
  count: number,
  request: AdmissionRequest,
): Promise<Lease[]> {
  const outcomes = await Promise.all(Array.from({ length: count }, () => admission.consume(request)))
  return outcomes.filter((outcome): outcome is Admitted => outcome.admitted).map(({ lease }) => lease)
}

/** A request that only this rule can refuse, at the given limit. */
export function aRequestLimitedBy(rule: LimitRule, limit: number): AdmissionRequest {
  const parts: Record<LimitRule, RequestParts> = {
    key_requests_per_minute: { key: { requestsPerMinute: limit } },
    organisation_requests_per_minute: { organisation: { requestsPerMinute: limit } },
    key_tokens_per_day: { key: { tokensPerDay: limit } },
    key_tokens_per_month: { key: { tokensPerMonth: limit } },
    organisation_tokens_per_day: { organisation: { tokensPerDay: limit } },
    organisation_tokens_per_period: { organisation: { tokensPerPeriod: limit } },
    organisation_parallel: { organisation: { parallelMax: limit } },
  }
  return aRequest(parts[rule])
}

/** Tokens that a rule counts as used, as its refusal at a limit of 0 tells. */
export async function usedBy(world: World, rule: LimitRule): Promise<number> {
  const refusal = await world.refuse(aRequestLimitedBy(rule, 0))
  expect(refusal.rule).toBe(rule)
  return refusal.used
}

import type { AdmissionRequest, LimitRule, Refused, UsageReader } from './admission.ts'
import { LEASE_MAX_MS, MINUTE_MS, SECOND_MS } from './suite-world.ts'

type Entry = {
  request: AdmissionRequest
  at: number
  day: string
  month: string
  granted: number
  /** Held while open, charged afterwards. */
  tokens: number
  open: boolean
}

type Check = [rule: LimitRule, limit: number | null, used: number, needed: number, resetsAt: number]

/**
 * The rules at their most naive: a list of everything that ever happened, summed up anew at every step. Knows
 * neither windows nor periods nor forgetting, and no hostile number.
 */
export class Model {
  readonly entries: Entry[] = []

  /** The index of the new entry, or the refusal. */
  consume(request: AdmissionRequest, at: number): number | Refused {
    this.expire(at)
    for (const [rule, limit, used, needed, resetsAt] of this.#checks(request, at))
      if (limit !== null && used + needed > limit) {
        const retryAfterSeconds = Math.max(1, Math.ceil((resetsAt - at) / SECOND_MS))
        return { admitted: false, rule, limit, used, resetsAt, retryAfterSeconds }
      }
    const entry = {
      request,
      at,
      day: dayNameOf(at),
      month: monthNameOf(at),
      granted: 0,
      tokens: 0,
      open: true,
    }
    const free = this.#remaining(entry) - request.inputTokens
    entry.granted = Math.min(request.outputTokensMax, tenthOf(this.#remaining(entry)), free)
    const held = this.#remaining(entry) === Infinity ? Math.min(1024, entry.granted) : entry.granted
    entry.tokens = request.inputTokens + held
    return this.entries.push(entry) - 1
  }

  extend(index: number, at: number): number {
    this.expire(at)
    const entry = this.entries[index]
    if (!entry?.open) return 0
    const remaining = this.#remaining(entry)
    const wanted = entry.request.outputTokensMax - entry.granted
    const slice = Math.max(0, Math.min(wanted, tenthOf(remaining), remaining))
    entry.granted += slice
    entry.tokens += slice
    return slice
  }

  settle(index: number, tokens: number, at: number): void {
    this.expire(at)
    const entry = this.entries[index]
    if (entry?.open) Object.assign(entry, { open: false, tokens })
  }

  expire(at: number): void {
    for (const entry of this.entries) if (entry.at + LEASE_MAX_MS <= at) entry.open = false
  }

  /** Tokens of the entries that match. */
  tokens(matches: (entry: Entry) => boolean): number {
    return this.entries.filter(matches).reduce((sum, entry) => sum + entry.tokens, 0)
  }

  /** What a ledger with all of this in it answers; what is open counts, as its hold. */
  reader(now: () => number): UsageReader {
    const recent = (matches: (entry: Entry) => boolean) =>
      this.entries.filter((entry) => entry.at + MINUTE_MS > now() && matches(entry)).map(({ at }) => at)
    return {
      ofKey: async (id, at) => {
        const ofKey = ({ request }: Entry) => request.key.id === id
        return {
          day: this.tokens((entry) => ofKey(entry) && entry.day === dayNameOf(at)),
          month: this.tokens((entry) => ofKey(entry) && entry.month === monthNameOf(at)),
          requestTimes: recent(ofKey),
        }
      },
      ofOrganisation: async (id, { startsAt }) => {
        const ofThis = ({ request: { organisation } }: Entry) => organisation.id === id
        const inPeriod = ({ request }: Entry) => request.organisation.period.startsAt === startsAt
        return {
          tokens: this.tokens((entry) => ofThis(entry) && inPeriod(entry)),
          requestTimes: recent(ofThis),
        }
      },
    }
  }

  #checks(request: AdmissionRequest, at: number): Check[] {
    const { key, organisation, inputTokens } = request
    const probe = { request, at, day: dayNameOf(at), month: monthNameOf(at) }
    const [day, month, period] = this.#used(probe)
    const needed = inputTokens + 1
    const window = (rule: LimitRule, limit: number | null, matches: (entry: Entry) => boolean): Check => {
      const times = this.entries.filter((e) => e.at + MINUTE_MS > at && matches(e)).map((e) => e.at)
      const freeing = times[times.length - (limit ?? 0)] ?? at
      return [rule, limit, times.length, 1, freeing + MINUTE_MS]
    }
    const ofKey = (entry: Entry) => entry.request.key.id === key.id
    const ofOrganisation = (entry: Entry) => entry.request.organisation.id === organisation.id
    const open = this.entries.filter((entry) => entry.open && ofOrganisation(entry)).length
    return [
      window('key_requests_per_minute', key.requestsPerMinute, ofKey),
      window('organisation_requests_per_minute', organisation.requestsPerMinute, ofOrganisation),
      ['key_tokens_per_day', key.tokensPerDay, day, needed, nextDayOf(at)],
      ['key_tokens_per_month', key.tokensPerMonth, month, needed, nextMonthOf(at)],
      [
        'organisation_tokens_per_period',
        organisation.tokensPerPeriod,
        period,
        needed,
        organisation.period.endsAt,
      ],
      ['organisation_parallel', organisation.parallelMax, open, 1, at + SECOND_MS],
    ]
  }

  #used({ request: { key, organisation }, day, month }: Pick<Entry, 'request' | 'day' | 'month'>) {
    const ofKey = ({ request }: Entry) => request.key.id === key.id
    return [
      this.tokens((entry) => ofKey(entry) && entry.day === day),
      this.tokens((entry) => ofKey(entry) && entry.month === month),
      this.tokens(
        ({ request: { organisation: other } }) =>
          other.id === organisation.id && other.period.startsAt === organisation.period.startsAt,
      ),
    ] as const
  }

  #remaining(entry: Entry): number {
    const { key, organisation } = entry.request
    const limits = [key.tokensPerDay, key.tokensPerMonth, organisation.tokensPerPeriod]
    const used = this.#used(entry)
    return Math.min(...limits.map((limit, at) => (limit === null ? Infinity : limit - (used[at] ?? 0))))
  }
}

function tenthOf(tokens: number): number {
  return Math.max(1024, Math.floor(tokens / 10))
}

function dayNameOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10)
}

function monthNameOf(at: number): string {
  return new Date(at).toISOString().slice(0, 7)
}

function nextDayOf(at: number): number {
  return new Date(at).setUTCHours(24, 0, 0, 0)
}

function nextMonthOf(at: number): number {
  const date = new Date(at)
  date.setUTCMonth(date.getUTCMonth() + 1, 1)
  return date.setUTCHours(0, 0, 0, 0)
}

import type { AdmissionRequest, Correction, Period, UsageReader } from './admission.ts'
import { tokensFrom } from './amounts.ts'
import { dayOf, monthOf } from './clock.ts'
import { Known, type Subject } from './known.ts'
import { SingleFlight } from './single-flight.ts'
import { SlidingWindow } from './sliding-window.ts'
import { type TokenPeriod, TokenPeriods } from './token-periods.ts'

/** What is counted for a key and an organisation alike. */
export type CountedUse = Subject & { requests: SlidingWindow }

type KeyUse = CountedUse & { days: TokenPeriods; months: TokenPeriods }
type OrganisationUse = CountedUse & { periods: TokenPeriods }

/** Everything one request is counted in. */
export type Use = {
  key: CountedUse
  organisation: CountedUse
  day: TokenPeriod
  month: TokenPeriod
  period: TokenPeriod
}

/** The counters in memory, and the way to read those that are not. */
export type Counters = {
  /** What the request is counted in, in one synchronous step; undefined when some of it must be loaded first. */
  find(request: AdmissionRequest, now: number): Use | undefined
  /** Reads what `find` lacked; rejects with the reader's error. */
  load(request: AdmissionRequest): Promise<void>
  /** Adds settled tokens where the counters are in memory, or on their way there. */
  charge(correction: Correction): Promise<void>
}

/** The counters of one process; `now` is epoch ms. */
export function createCounters(usage: UsageReader, now: () => number): Counters {
  const keys = new Known<KeyUse>()
  const organisations = new Known<OrganisationUse>()
  const loads = new SingleFlight()

  async function loadKey(id: string): Promise<void> {
    const askedAt = now()
    const read = await usage.ofKey(id, askedAt)
    keys.set(id, keyUseFrom(read, askedAt, now()))
  }

  async function loadPeriod(id: string, period: Period): Promise<void> {
    const read = await usage.ofOrganisation(id, period)
    const usedAt = now()
    // An organisation that is known already has counted its own requests since: only the period is new.
    const organisation =
      organisations.find(id, usedAt) ??
      organisations.set(id, {
        requests: new SlidingWindow(read.requestTimes, usedAt),
        periods: new TokenPeriods(),
        openLeases: 0,
        usedAt,
      })
    organisation.periods.open(period, tokensFrom(read.tokens))
  }

  function find({ key: { id }, organisation: { id: organisationId, period } }: AdmissionRequest, at: number) {
    const key = keys.find(id, at)
    const organisation = organisations.find(organisationId, at)
    const opened = organisation?.periods.find(period.startsAt)
    if (!(key && organisation && opened)) return undefined
    const [day, month] = [key.days.open(dayOf(at)), key.months.open(monthOf(at))]
    return { key, organisation, day, month, period: opened }
  }

  async function load({ key, organisation: { id, period } }: AdmissionRequest): Promise<void> {
    const at = now()
    const missing: Promise<void>[] = []
    if (!keys.find(key.id, at)) missing.push(loads.run(keyLoad(key.id), () => loadKey(key.id)))
    if (!organisations.find(id, at)?.periods.find(period.startsAt))
      missing.push(loads.run(periodLoad(id, period.startsAt), () => loadPeriod(id, period)))
    await Promise.all(missing)
  }

  async function charge(correction: Correction): Promise<void> {
    const { keyId, organisationId, periodStartsAt, startedAt, tokens } = correction
    if (!Number.isFinite(tokens)) return
    // A load under way may have read the ledger just before the correction: counting twice is the safe side.
    await Promise.all([
      keyId !== null && loads.settled(keyLoad(keyId)),
      loads.settled(periodLoad(organisationId, periodStartsAt)),
    ])
    const at = now()
    const key = keyId === null ? undefined : keys.find(keyId, at)
    const charged = [
      key?.days.find(dayOf(startedAt).startsAt),
      key?.months.find(monthOf(startedAt).startsAt),
      organisations.find(organisationId, at)?.periods.find(periodStartsAt),
    ]
    for (const period of charged) if (period) period.settled += tokensFrom(tokens)
  }

  return { find, load, charge }
}

function keyUseFrom(
  read: Awaited<ReturnType<UsageReader['ofKey']>>,
  askedAt: number,
  usedAt: number,
): KeyUse {
  const days = new TokenPeriods()
  const months = new TokenPeriods()
  // What was read belongs to the day of the question, even when the answer comes after midnight.
  days.open(dayOf(askedAt), tokensFrom(read.day))
  months.open(monthOf(askedAt), tokensFrom(read.month))
  return { days, months, requests: new SlidingWindow(read.requestTimes, usedAt), openLeases: 0, usedAt }
}

function keyLoad(id: string): string {
  return `key ${id}`
}

function periodLoad(organisationId: string, startsAt: number): string {
  return `period ${startsAt} ${organisationId}`
}

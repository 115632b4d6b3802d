import type { Admission, AdmissionRequest, Correction, Period, UsageReader } from './admission.ts'
import { tokensFrom } from './amounts.ts'
import { dayOf, monthOf } from './clock.ts'
import { Known, type Subject } from './known.ts'
import { SingleFlight } from './single-flight.ts'
import { SlidingWindow } from './sliding-window.ts'
import { type TokenPeriod, TokenPeriods, usedOf } from './token-periods.ts'

/** What is counted for a key and an organisation alike. */
export type CountedUse = Subject & { requests: SlidingWindow }

type KeyUse = CountedUse & { days: TokenPeriods; months: TokenPeriods }
type OrganisationUse = CountedUse & { periods: TokenPeriods; days: TokenPeriods }

/** Everything one request is counted in. */
export type Use = {
  key: CountedUse
  organisation: CountedUse
  day: TokenPeriod
  month: TokenPeriod
  /** Null while nobody limits it: then it is not counted. */
  organisationDay: TokenPeriod | null
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
  uses: Admission['uses']
}

type Counting = {
  keys: Known<KeyUse>
  organisations: Known<OrganisationUse>
  loads: SingleFlight
  usage: UsageReader
  now: () => number
}

/** The counters of one process; `now` is epoch ms. */
export function createCounters(usage: UsageReader, now: () => number): Counters {
  const counting: Counting = {
    keys: new Known<KeyUse>(),
    organisations: new Known<OrganisationUse>(),
    loads: new SingleFlight(),
    usage,
    now,
  }
  return {
    find: (request, at) => find(counting, request, at),
    load: (request) => load(counting, request),
    charge: (correction) => charge(counting, correction),
    uses: () => usesAt(counting, now()),
  }
}

async function loadKey({ keys, usage, now }: Counting, id: string): Promise<void> {
  const askedAt = now()
  const read = await usage.ofKey(id, askedAt)
  keys.set(id, keyUseFrom(read, askedAt, now()))
}

async function loadPeriod(
  { organisations, usage, now }: Counting,
  id: string,
  period: Period,
): Promise<void> {
  const read = await usage.ofOrganisation(id, period)
  const usedAt = now()
  // An organisation that is known already has counted its own requests since: only the period is new.
  const organisation =
    organisations.find(id, usedAt) ??
    organisations.set(id, {
      requests: new SlidingWindow(read.requestTimes, usedAt),
      periods: new TokenPeriods(),
      days: new TokenPeriods(),
      openLeases: 0,
      usedAt,
    })
  organisation.periods.open(period, tokensFrom(read.tokens))
}

/** Begins to count an organisation's day: what is under way then is counted as it is held. */
async function loadDay({ organisations, usage, now }: Counting, id: string, day: Period): Promise<void> {
  const { tokens } = await usage.ofOrganisation(id, day)
  organisations.find(id, now())?.days.open(day, tokensFrom(tokens))
}

function find({ keys, organisations }: Counting, request: AdmissionRequest, at: number): Use | undefined {
  const asked = request.organisation
  const key = keys.find(request.key.id, at)
  const organisation = organisations.find(asked.id, at)
  const period = organisation?.periods.find(asked.period.startsAt)
  const organisationDay = organisation?.days.find(dayOf(at).startsAt) ?? null
  if (!(key && organisation && period) || lacksDay(asked, organisationDay)) return undefined
  const [day, month] = [key.days.open(dayOf(at)), key.months.open(monthOf(at))]
  return { key, organisation, day, month, organisationDay, period }
}

async function load(counting: Counting, { key, organisation: asked }: AdmissionRequest): Promise<void> {
  const { keys, organisations, loads } = counting
  const { id, period } = asked
  const at = counting.now()
  const missing: Promise<void>[] = []
  if (!keys.find(key.id, at)) missing.push(loads.run(keyLoad(key.id), () => loadKey(counting, key.id)))
  const organisation = organisations.find(id, at)
  if (!organisation?.periods.find(period.startsAt))
    missing.push(loads.run(periodLoad(id, period.startsAt), () => loadPeriod(counting, id, period)))
  const day = dayOf(at)
  // Once the organisation is known.
  if (organisation && lacksDay(asked, organisation.days.find(day.startsAt) ?? null))
    missing.push(loads.run(dayLoad(id, day.startsAt), () => loadDay(counting, id, day)))
  await Promise.all(missing)
}

async function charge({ keys, organisations, loads, now }: Counting, correction: Correction): Promise<void> {
  const { keyId, organisationId, periodStartsAt, startedAt, tokens } = correction
  if (!Number.isFinite(tokens)) return
  const day = dayOf(startedAt)
  // A load under way may have read the ledger just before the correction: counting twice is the safe side.
  await Promise.all([
    keyId !== null && loads.settled(keyLoad(keyId)),
    loads.settled(periodLoad(organisationId, periodStartsAt)),
    loads.settled(dayLoad(organisationId, day.startsAt)),
  ])
  const at = now()
  const key = keyId === null ? undefined : keys.find(keyId, at)
  const organisation = organisations.find(organisationId, at)
  const charged = [
    key?.days.find(day.startsAt),
    key?.months.find(monthOf(startedAt).startsAt),
    organisation?.periods.find(periodStartsAt),
    organisation?.days.find(day.startsAt),
  ]
  for (const period of charged) if (period) period.settled += tokensFrom(tokens)
}

function usesAt({ keys, organisations }: Counting, at: number): ReturnType<Counters['uses']> {
  return {
    keys: Array.from(keys.entries(at), ([id, { requests, days, months }]) => ({
      ...{ id, requests: requests.countAt(at) },
      tokensOfDay: usedIn(days, dayOf(at).startsAt) ?? 0,
      tokensOfMonth: usedIn(months, monthOf(at).startsAt) ?? 0,
    })),
    organisations: Array.from(organisations.entries(at), ([id, { requests, openLeases, days, periods }]) => ({
      ...{ id, requests: requests.countAt(at), openLeases },
      tokensOfDay: usedIn(days, dayOf(at).startsAt),
      tokensOfPeriod: (startsAt: number) => usedIn(periods, startsAt),
    })),
  }
}

const lacksDay = (
  { tokensPerDay = null }: AdmissionRequest['organisation'],
  day: TokenPeriod | null,
): boolean => tokensPerDay !== null && day === null

const usedIn = (periods: TokenPeriods, startsAt: number): number | null => {
  const period = periods.find(startsAt)
  return period ? usedOf(period) : null
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

function dayLoad(id: string, startsAt: number): string {
  return `day ${startsAt} ${id}`
}

function periodLoad(organisationId: string, startsAt: number): string {
  return `period ${startsAt} ${organisationId}`
}

// Which days of a range are read from their own sums, and what is left to be read from quarters of an hour.
import { type Kysely, sql } from 'kysely'
import type { Tables } from '../db/index.ts'
import type { Range, Slot } from './range.ts'

/** Milliseconds since 1970; `to` is not part of it. */
export type Span = { from: number; to: number }

export type Parts = {
  /** Closed days (UTC, `YYYY-MM-DD`) that lie within the range whole. */
  days: readonly string[]
  /** The same as spans. */
  closed: readonly Span[]
  /** All the rest. */
  open: readonly Span[]
}

const dayMs = 86_400_000
const halfHourMs = 1_800_000

/**
 * The parts of a range for an organisation. A day that is opened again before they are read is shown once more as it was
 * when it was closed.
 */
export async function partsOf(
  db: Kysely<Tables>,
  organisationId: string,
  { from, to }: Range,
): Promise<Parts> {
  const { rows } = await sql<{ day: string }>`
    select to_char(day, 'YYYY-MM-DD') as day from usage_days
    where organisation_id = ${organisationId} and is_closed
      and day >= ${dayOf(from.getTime() + dayMs - 1)}::date and day < ${dayOf(to.getTime())}::date
    order by day`.execute(db)
  const days = rows.map(({ day }) => day)
  const closed = joined(days.map((day) => ({ from: Date.parse(day), to: Date.parse(day) + dayMs })))
  return { days, closed, open: between(closed, { from: from.getTime(), to: to.getTime() }) }
}

const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10)

/** The same where the slots of the range are sums of half hours; a few zones are a quarter of an hour off. */
export function inHalfHours(parts: Parts, slots: readonly Slot[]): Parts {
  if (slots.slice(1).every(({ startsAt }) => startsAt.getTime() % halfHourMs === 0)) return parts
  return {
    days: [],
    closed: [],
    open: joined([...parts.closed, ...parts.open].sort((a, b) => a.from - b.from)),
  }
}

/** Spans that follow one another as one. */
function joined(spans: readonly Span[]): Span[] {
  const all: Span[] = []
  for (const { from, to } of spans) {
    const last = all.at(-1)
    if (last?.to === from) last.to = to
    else all.push({ from, to })
  }
  return all
}

function between(spans: readonly Span[], { from, to }: Span): Span[] {
  const starts = [from, ...spans.map((span) => span.to)]
  const ends = [...spans.map((span) => span.from), to]
  return starts.map((start, i) => ({ from: start, to: ends[i] ?? to })).filter((span) => span.from < span.to)
}

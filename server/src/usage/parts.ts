// Which parts of a range are read from which sums: days, half hours, or quarters of an hour.
import { type Kysely, sql } from 'kysely'
import type { Tables } from '../db/index.ts'
import type { Range, Slot } from './range.ts'

/** Milliseconds since 1970; `to` is not part of it. */
export type Span = { from: number; to: number }

export type Parts = {
  /** Whole days (UTC, `YYYY-MM-DD`) that were summed. */
  days: readonly string[]
  /** What was summed besides them, in half hours. */
  halfHours: readonly Span[]
  /** Both. */
  closed: readonly Span[]
  /** All the rest. */
  open: readonly Span[]
}

const dayMs = 86_400_000
const halfHourMs = 1_800_000
const floor = (ms: number, unit: number): number => Math.floor(ms / unit) * unit
const ceil = (ms: number, unit: number): number => Math.ceil(ms / unit) * unit

/** The parts of a range for an organisation. What is opened again before they are read is shown once more as it was. */
export async function partsOf(db: Kysely<Tables>, organisationId: string, range: Range): Promise<Parts> {
  const { rows } = await sql<{ until: Date | null; since: Date | null; day: string | null }>`
    select closed_until as until, since, to_char(day, 'YYYY-MM-DD') as day
    from usage_closing left join usage_reopened on organisation_id = ${organisationId}
      and since < ${range.to} and day >= ${isoDay(range.from.getTime())}::date
    order by day`.execute(db)
  const reopened = rows.flatMap(({ since, day }) =>
    since && day ? [{ from: since.getTime(), to: Date.parse(day) + dayMs }] : [],
  )
  const [from, to] = [range.from.getTime(), range.to.getTime()]
  const summed = { from: ceil(from, halfHourMs), to: floor(Math.min(to, Number(rows[0]?.until)), halfHourMs) }
  return split({ from, to }, without(summed, reopened))
}

/** The same where the slots of the range are sums of half hours; a few zones are a quarter of an hour off. */
export function inHalfHours({ closed, open }: Parts, slots: readonly Slot[]): Pick<Parts, 'closed' | 'open'> {
  const cut = slots
    .slice(1)
    .map(({ startsAt }) => floor(startsAt.getTime(), halfHourMs))
    .filter((from, i) => from !== slots[i + 1]?.startsAt.getTime())
    .map((from) => ({ from, to: from + halfHourMs }))
  if (cut.length === 0) return { closed, open }
  const all = [...closed, ...open].sort((a, b) => a.from - b.from)
  const [from, to] = [all[0]?.from ?? 0, all.at(-1)?.to ?? 0]
  return split(
    { from, to },
    closed.flatMap((span) => without(span, cut)),
  )
}

function split(range: Span, closed: readonly Span[]): Parts {
  const whole = closed.map(({ from, to }) => ({ from: ceil(from, dayMs), to: floor(to, dayMs) }))
  return {
    days: whole.flatMap(({ from, to }) =>
      Array.from({ length: Math.max(0, (to - from) / dayMs) }, (_, n) => isoDay(from + n * dayMs)),
    ),
    halfHours: closed.flatMap((span) => without(span, whole)),
    closed,
    open: without(range, closed),
  }
}

const isoDay = (ms: number): string => new Date(ms).toISOString().slice(0, 10)

/** What a span has beside others, which are in order. */
function without({ from, to }: Span, others: readonly Span[]): Span[] {
  const left: Span[] = []
  let at = from
  for (const other of others.filter((span) => span.from < span.to && span.to > from && span.from < to)) {
    left.push({ from: at, to: other.from })
    at = Math.max(at, other.to)
  }
  return [...left, { from: at, to }].filter((span) => span.from < span.to)
}

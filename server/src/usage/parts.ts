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

/** The parts of a range as the slots are summed from them: each instant is counted for the slot that it is in. */
export type SlotParts = {
  /** Days that count for the slot of their noon. */
  days: readonly string[]
  /** What of those days is another slot's: taken from the one, given to the other. */
  moved: Pieces
  rest: Pieces
}

/** A few time zones are a quarter of an hour off: the half hour around their midnight is read from its quarters. */
export type Pieces = { halfHours: readonly Span[]; quarters: readonly Span[] }

/** Splits them so that days are read as days, whatever their time zone: hours of them at most are moved. */
export function slotPartsOf(parts: Parts, slots: readonly Slot[]): SlotParts {
  const starts = slots.slice(1).map(({ startsAt }) => startsAt.getTime())
  const areDays = starts.every((at, i) => at - (starts[i - 1] ?? 0) > dayMs / 2)
  const days = areDays ? parts.days : []
  const isWhole = new Set(days)
  const moved = starts
    .filter((at) => isWhole.has(isoDay(at)))
    .map((at) => {
      const day = floor(at, dayMs)
      return at <= day + dayMs / 2 ? { from: day, to: at } : { from: at, to: day + dayMs }
    })
    .filter(({ from, to }) => from < to)
  const { halfHours, quarters } = piecesOf(areDays ? parts.halfHours : parts.closed, starts)
  return {
    days,
    moved: piecesOf(moved, starts),
    rest: { halfHours, quarters: [...quarters, ...parts.open] },
  }
}

function piecesOf(spans: readonly Span[], starts: readonly number[]): Pieces {
  const straddled = starts
    .filter((at) => at % halfHourMs > 0)
    .map((at) => ({ from: floor(at, halfHourMs), to: ceil(at, halfHourMs) }))
  const halfHours = spans.flatMap((span) => without(span, straddled))
  return { halfHours, quarters: spans.flatMap((span) => without(span, halfHours)) }
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

// From when to when, and the days or hours in between, as the clocks of a time zone count them.
import type { UsageQuery } from '@portal/contract'
import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { Tables } from '../db/index.ts'
import { AppError } from '../errors.ts'

/** A day or an hour, from this instant to the next slot's. */
export type Slot = { date: string; startsAt: Date }

/** Instants are whole quarters of an hour; `to` is not part of it. */
export type Range = { from: Date; to: Date }

type Asked = Pick<UsageQuery, 'period' | 'from' | 'to' | 'timezone'>

const quarterMs = 900_000
const hourMs = 3_600_000
const daysMax = 366
const daysOf = { '7d': 7, '30d': 30, '90d': 90 } as const

/** What is asked for, as of `now` in milliseconds since 1970. @throws AppError invalid_request */
export async function rangeOf(db: Kysely<Tables>, asked: Asked, now: number): Promise<Range> {
  requireOneWay(asked)
  const { rows } = await sql<{ from: Date; to: Date }>`
    select ${beginning(asked, now)} as from, ${ending(asked, now)} as to, now() at time zone ${asked.timezone}`
    .execute(db)
    .catch(rethrown)
  const [range] = rows
  if (!range || range.to <= range.from) throw wrong('to', 'It has to be after from.')
  // An hour more where the clocks were set back.
  if (daysIn(range) > daysMax + 1 / 24) throw wrong('from', `At most ${daysMax} days are read at once.`)
  return range
}

const daysIn = ({ from, to }: Range): number => (to.getTime() - from.getTime()) / 24 / hourMs

function requireOneWay({ period, from, to }: Asked): void {
  if (period !== undefined && from !== undefined) throw wrong('from', 'Name a period or from, not both.')
  if (to !== undefined && from === undefined) throw wrong('from', 'Name from too, or a period alone.')
}

/** Node knows zones that the database does not, as US/Pacific-New. */
function rethrown(error: unknown): never {
  const isUnknownZone = error instanceof Error && 'code' in error && error.code === '22023'
  throw isUnknownZone ? wrong('timezone', 'Expected a time zone such as Europe/Berlin.') : error
}

const wrong = (param: string, message: string): AppError =>
  new AppError('invalid_request', { param, message })

function beginning({ period = '30d', from, timezone }: Asked, now: number): RawBuilder<Date> {
  if (from !== undefined) return isDay(from) ? midnight(from, 0, timezone) : instant(floor(Date.parse(from)))
  // The hour under way is the last of 24.
  if (period === '24h') return sql`date_trunc('hour', ${instant(now - 23 * hourMs)}, ${timezone})`
  return midnight(sql`${instant(now)} at time zone ${timezone}`, 1 - daysOf[period], timezone)
}

function ending({ to, timezone }: Asked, now: number): RawBuilder<Date> {
  if (to === undefined) return instant(floor(now) + quarterMs)
  return isDay(to) ? midnight(to, 1, timezone) : instant(floor(Date.parse(to) - 1) + quarterMs)
}

const isDay = (text: string): boolean => !text.includes('T')
const floor = (ms: number): number => Math.floor(ms / quarterMs) * quarterMs
const instant = (ms: number): RawBuilder<Date> => sql`${new Date(ms)}::timestamptz`

/** When a day of the zone begins, so many days after that of `local`. */
const midnight = (
  local: string | RawBuilder<unknown>,
  plusDays: number,
  timezone: string,
): RawBuilder<Date> =>
  sql`(date_trunc('day', (${local})::timestamp) + make_interval(days => ${plusDays})) at time zone ${timezone}`

/** The slots that cover a range, hours below 48 of them; the first may begin within a day. */
export async function slotsOf(db: Kysely<Tables>, range: Range, timezone: string): Promise<Slot[]> {
  const { from, to } = range
  const last = new Date(to.getTime() - 1)
  const { rows } =
    daysIn(range) < 2
      ? await sql<Slot>`
        select to_char(at at time zone ${timezone}, 'YYYY-MM-DD"T"HH24:MI') as date, greatest(at, ${from}) as "startsAt"
        from generate_series(date_trunc('hour', ${from}::timestamptz, ${timezone}), ${last}, interval '1 hour') as at
        order by at`.execute(db)
      : await sql<Slot>`
        select to_char(day, 'YYYY-MM-DD') as date, greatest(day at time zone ${timezone}, ${from}) as "startsAt"
        from generate_series(date_trunc('day', ${from}::timestamptz at time zone ${timezone}),
          ${last}::timestamptz at time zone ${timezone}, interval '1 day') as day
        order by day`.execute(db)
  return rows
}

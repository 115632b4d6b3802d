// Minutes of days. A minute counts where its component was there to be looked at and no maintenance was planned; what is
// not recorded of those is missed, and as good as down.
import { type Kysely, sql } from 'kysely'
import type { Tables } from '../db/index.ts'

type Db = Kysely<Tables>

/** The minutes of a component's day (UTC), each in one of these. */
export type DaySums = {
  component: string
  day: string
  operational: number
  degraded: number
  down: number
  missed: number
  maintenance: number
}

/** Days from the first to the last one (`2026-11-22`), as far as `untilMs`. */
export type DayRange = { from: string; to: string; untilMs: number }

/** Counts days from their minutes. */
export async function countDays(db: Db, { from, to, untilMs }: DayRange): Promise<DaySums[]> {
  const until = sql`${new Date(untilMs)}::timestamptz`
  const { rows } = await sql<DaySums>`
    with days as (
      select day::date as day, tstzmultirange(
        tstzrange(day at time zone 'UTC', (day + interval '1 day') at time zone 'UTC')
      ) as whole
      from generate_series(${from}::date::timestamp, ${to}::date::timestamp, interval '1 day') day
    ), listed as (
      select component, range_agg(tstzrange(from_minute, least(to_minute, ${until}))) as ranges
      from status_spans where from_minute < ${until} group by component
    ), planned as (
      select c.component, range_agg(tstzrange(i.starts_at, i.ends_at)) as ranges
      from incidents i join incident_components c on c.incident_id = i.id
      where i.kind = 'maintenance' and i.starts_at < i.ends_at group by c.component
    ), due as (
      select component, day, listed.ranges * days.whole as listed, coalesce(planned.ranges, '{}') as planned
      from listed cross join days left join planned using (component)
      where listed.ranges && days.whole
    ), counted as (
      select due.component, due.day,
        count(*) filter (where m.state = 'operational')::integer as operational,
        count(*) filter (where m.state = 'degraded')::integer as degraded,
        count(*) filter (where m.state = 'down')::integer as down
      from due join status_minutes m on m.component = due.component
        and m.minute >= lower(due.listed) and m.minute < upper(due.listed)
        and due.listed @> m.minute and not due.planned @> m.minute
      group by 1, 2
    )
    select due.component, to_char(due.day, 'YYYY-MM-DD') as day, coalesce(operational, 0) as operational,
      coalesce(degraded, 0) as degraded, coalesce(down, 0) as down,
      minutes_of(due.listed - due.planned) - coalesce(operational + degraded + down, 0) as missed,
      minutes_of(due.listed * due.planned) as maintenance
    from due left join counted using (component, day) order by 1, 2`.execute(db)
  return rows
}

/** The days from `from` on that are closed. */
export const listClosedDays = (db: Db, from: string): Promise<DaySums[]> =>
  db
    .selectFrom('status_days')
    .selectAll()
    .where('day', '>=', from)
    .orderBy('component')
    .orderBy('day')
    .execute()

/** The last day that is closed; null where none is. */
export async function lastClosedDay(db: Db): Promise<string | null> {
  const row = await db
    .selectFrom('status_days')
    .select('day')
    .orderBy('day', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row?.day ?? null
}

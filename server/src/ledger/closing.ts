// Days that are over are summed once, off the path of requests: months of use are read from few rows.
import type pg from 'pg'
import { byDay, bySlot, columnsOf, rowsOfDay, selectSums } from './day-sums.ts'

const dayMs = 86_400_000
/** What ends later than this after its day opens it again; see `reopened` of the commit. */
const patienceMs = 3 * 3_600_000

/** Closes every day (UTC) that ended three hours before `nowMs`, and those that were opened again since. */
export async function closeDays(pool: pg.Pool, nowMs: number): Promise<void> {
  const through = isoDay(nowMs - patienceMs - dayMs)
  for (const { organisation_id, day } of await daysToClose(pool, through)) {
    await closeDay(pool, organisation_id, day)
  }
  await pool.query('update usage_closing set closed_through = greatest(closed_through, $1::date)', [through])
}

const isoDay = (ms: number): string => new Date(ms).toISOString().slice(0, 10)

type OrganisationDay = { organisation_id: string; day: string }

async function daysToClose(pool: pg.Pool, through: string): Promise<OrganisationDay[]> {
  const { rows } = await pool.query<OrganisationDay>(
    `select organisation_id, to_char(day, 'YYYY-MM-DD') as day from (
       select organisation_id, (bucket_at at time zone 'UTC')::date as day
       from usage_rollups cross join usage_closing
       where bucket_at < ($1::date + 1)::timestamp at time zone 'UTC'
         and bucket_at >= coalesce((closed_through + 1)::timestamp at time zone 'UTC', '-infinity')
       union
       select organisation_id, day from usage_days where not is_closed and day <= $1::date
     ) over order by day`,
    [through],
  )
  return rows
}

/** Sums a day anew. Whoever writes at the same time waits, and opens it again; or was waited for, and is counted. */
async function closeDay(pool: pg.Pool, organisationId: string, day: string): Promise<void> {
  const client = await pool.connect()
  const run = (text: string) => client.query(text, [organisationId, day])
  try {
    await client.query('begin')
    await run(
      `insert into usage_days (organisation_id, day, is_closed) values ($1, $2::date, true)
       on conflict (organisation_id, day) do update set is_closed = true`,
    )
    for (const shape of [byDay, bySlot]) {
      await run(`delete from ${rowsOfDay(shape)}`)
      await run(`insert into ${shape.table} (${columnsOf(shape).join(', ')}) ${selectSums(shape)}`)
    }
    await client.query('commit')
    client.release()
  } catch (error) {
    client.release(error instanceof Error ? error : true)
    throw error
  }
}

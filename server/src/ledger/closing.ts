// What is over is summed once more, off the path of requests: months of use are read from few rows.
import type pg from 'pg'
import { byDay, bySlot, keyOf, rowsOf, type Shape, selectSums, values } from './coarse-sums.ts'
import { inPatience } from './patient.ts'

const halfHourMs = 1_800_000
const dayMs = 86_400_000
/** What ends half as long after its half hour, or later, opens it again; see `reopened` of the commit. */
const patienceMs = 3_600_000

/** Sums every half hour that ended an hour before `nowMs`, every day that did, and what was opened again since. */
export async function closeUsage(pool: pg.Pool, nowMs: number): Promise<void> {
  const through = floor(nowMs - patienceMs, halfHourMs)
  const closedUntil = await readClosedUntil(pool)
  for (const { organisationId, since } of await listReopened(pool, closedUntil))
    await close(pool, organisationId, { from: since, to: Math.min(endOfDay(since), closedUntil) })
  let from = closedUntil || ((await firstDay(pool)) ?? through)
  while (from < through) {
    const to = Math.min(endOfDay(from), through)
    for (const organisationId of await organisationsIn(pool, { from, to }))
      await close(pool, organisationId, { from, to })
    await pool.query('update usage_closing set closed_until = greatest(closed_until, $1)', [new Date(to)])
    from = to
  }
}

const floor = (ms: number, unit: number): number => Math.floor(ms / unit) * unit
const endOfDay = (ms: number): number => floor(ms, dayMs) + dayMs

/** Milliseconds since 1970, whole half hours of one day (UTC); `to` is not part of it. */
type Span = { from: number; to: number }

async function readClosedUntil(pool: pg.Pool): Promise<number> {
  const { rows } = await pool.query<{ at: Date | null }>('select closed_until as at from usage_closing')
  return rows[0]?.at?.getTime() ?? 0
}

async function firstDay(pool: pg.Pool): Promise<number | null> {
  const { rows } = await inPatience(pool, (query) =>
    query<{ at: Date | null }>('select min(bucket_at) as at from usage_rollups'),
  )
  return rows[0]?.at ? floor(rows[0].at.getTime(), dayMs) : null
}

async function listReopened(pool: pg.Pool, closedUntil: number) {
  const { rows } = await pool.query<{ organisation_id: string; since: Date }>(
    'select organisation_id, since from usage_reopened where since < $1 order by since',
    [new Date(closedUntil)],
  )
  return rows.map(({ organisation_id, since }) => ({
    organisationId: organisation_id,
    since: since.getTime(),
  }))
}

/** Whose sums change when a span is closed: at the end of a day, of all that the day had. */
async function organisationsIn(pool: pg.Pool, { from, to }: Span): Promise<string[]> {
  const { rows } = await inPatience(pool, (query) =>
    query<{ id: string }>(
      'select distinct organisation_id as id from usage_rollups where bucket_at >= $1 and bucket_at < $2',
      [new Date(to === endOfDay(from) ? floor(from, dayMs) : from), new Date(to)],
    ),
  )
  return rows.map(({ id }) => id)
}

/** Sums a span anew. Whoever writes at the same time waits, and opens it again; or was waited for, and is counted. */
async function close(pool: pg.Pool, organisationId: string, { from, to }: Span): Promise<void> {
  const day = new Date(floor(from, dayMs))
  await inPatience(pool, async (query) => {
    const sum = async (shape: Shape, span: [Date, Date]) => {
      await query(`delete from ${rowsOf(shape)}`, [organisationId, ...span])
      const columns = [...keyOf(shape), ...values]
      await query(`insert into ${shape.table} (${columns}) ${selectSums(shape)}`, [organisationId, ...span])
    }
    // One closes at a time.
    await query('select from usage_closing for update')
    await query('delete from usage_reopened where organisation_id = $1 and since >= $2 and since < $3', [
      organisationId,
      ...[new Date(from), new Date(endOfDay(from))],
    ])
    await sum(bySlot, [new Date(from), new Date(to)])
    if (to === endOfDay(from)) await sum(byDay, [day, new Date(to)])
  })
}

// Limits on what strangers may try, counted in the database: exact whatever number of requests and processes count at
// once, and there after a restart.
import { type Kysely, sql } from 'kysely'
import type { Tables } from '../db/index.ts'
import { AppError } from '../errors.ts'

/** So many tries in any window of time, for each subject. */
export type Throttle = { name: string; max: number; windowMs: number }

/** The limits on what may be tried. */
export type Throttles = {
  /**
   * Takes one try of the subject's; outside of any transaction, so that it counts whatever comes of it.
   * @throws AppError rate_limit_exceeded with Retry-After
   */
  take: (throttle: Throttle, subject: string) => Promise<void>
  /** Gives the try back that was taken last. */
  giveBack: (throttle: Throttle, subject: string) => Promise<void>
  /** Forgets a subject's tries. */
  forget: (throttle: Throttle, subject: string) => Promise<void>
  /** Removes what counts no longer. */
  sweep: () => Promise<void>
}

/** Builds the throttles of one database. `now` is in milliseconds since 1970. */
export function createThrottles({ db, now }: { db: Kysely<Tables>; now: () => number }): Throttles {
  return {
    async take(throttle, subject) {
      const at = new Date(now())
      const { taken, oldest } = await countHit(db, { throttle, key: keyOf(throttle, subject), at })
      if (!taken) throw tooMany(oldest.getTime() + throttle.windowMs - at.getTime())
    },
    async giveBack(throttle, subject) {
      await db
        .updateTable('throttles')
        .set({ hits: sql`hits[1 : cardinality(hits) - 1]` })
        .where('key', '=', keyOf(throttle, subject))
        .execute()
    },
    async forget(throttle, subject) {
      await db.deleteFrom('throttles').where('key', '=', keyOf(throttle, subject)).execute()
    },
    async sweep() {
      await db.deleteFrom('throttles').where('expires_at', '<', new Date(now())).execute()
    },
  }
}

const keyOf = ({ name }: Throttle, subject: string): string => `${name} ${subject}`

type Hit = { throttle: Throttle; key: string; at: Date }

/** One statement: whoever comes second waits for the row, and sees the first one's hit. */
async function countHit(db: Kysely<Tables>, { throttle, key, at }: Hit) {
  const since = new Date(at.getTime() - throttle.windowMs)
  const expiresAt = new Date(at.getTime() + throttle.windowMs)
  const { rows } = await sql<{ taken: boolean; oldest: Date }>`
    insert into throttles as known (key, hits, taken, expires_at)
    values (${key}, array[${at}::timestamptz], true, ${expiresAt})
    on conflict (key) do update set (hits, taken, expires_at) = (
      select
        case when cardinality(hits) < ${throttle.max}::int then hits || ${at}::timestamptz else hits end,
        cardinality(hits) < ${throttle.max}::int,
        ${expiresAt}::timestamptz
      from (select array(
        select hit from unnest(known.hits) hit where hit > ${since}::timestamptz order by hit
      ) as hits) live
    )
    returning taken, hits[1] as oldest`.execute(db)
  const [row] = rows
  if (!row) throw new Error('A throttle was neither made nor changed.')
  return row
}

function tooMany(waitMs: number): AppError {
  const seconds = Math.max(1, Math.ceil(waitMs / 1000))
  return new AppError('rate_limit_exceeded', {
    message: `Too many tries. Wait ${waitText(seconds)}, then try again.`,
    headers: { 'retry-after': String(seconds) },
  })
}

const waitText = (seconds: number): string =>
  seconds < 90 ? `${seconds} seconds` : `${Math.ceil(seconds / 60)} minutes`

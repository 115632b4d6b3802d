import type pg from 'pg'

const REQUEST_TIMES_MAX = 100_000
const WINDOW_MS = 60_000

/** What limits are rebuilt from. Tokens are input + output, settled by the rollups and held by open holds. */
export type UsageReader = {
  /** Tokens of a key in the UTC day and month of `atMs`; starts in the minute before it, oldest first. */
  ofKey(keyId: string, atMs: number): Promise<{ day: number; month: number; requestTimes: number[] }>
  /** Tokens of an organisation in a period (multiples of 15 minutes); starts in the minute before now. */
  ofOrganisation(
    organisationId: string,
    period: { startsAt: number; endsAt: number },
  ): Promise<{ tokens: number; requestTimes: number[] }>
}

type Owner = { column: 'key_id' | 'organisation_id'; id: string }

/** Reads usage as the ledger knows it. */
export function createUsageReader(pool: pg.Pool, now: () => number = Date.now): UsageReader {
  return {
    async ofKey(keyId, atMs) {
      const owner: Owner = { column: 'key_id', id: keyId }
      const at = new Date(atMs)
      const [year, month, day] = [at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate()]
      const [ofDay, ofMonth, requestTimes] = await Promise.all([
        tokensIn(pool, owner, [Date.UTC(year, month, day), Date.UTC(year, month, day + 1)]),
        tokensIn(pool, owner, [Date.UTC(year, month), Date.UTC(year, month + 1)]),
        startsBefore(pool, owner, atMs),
      ])
      return { day: ofDay, month: ofMonth, requestTimes }
    },
    async ofOrganisation(organisationId, { startsAt, endsAt }) {
      const owner: Owner = { column: 'organisation_id', id: organisationId }
      const [tokens, requestTimes] = await Promise.all([
        tokensIn(pool, owner, [startsAt, endsAt]),
        startsBefore(pool, owner, now()),
      ])
      return { tokens, requestTimes }
    },
  }
}

async function tokensIn(pool: pg.Pool, { column, id }: Owner, [from, to]: [number, number]): Promise<number> {
  const { rows } = await pool.query<{ tokens: number }>(
    `select (
       (select coalesce(sum(input_tokens + output_tokens), 0) from usage_rollups
        where ${column} = $1 and bucket_at >= $2 and bucket_at < $3)
       + (select coalesce(sum(held_tokens), 0) from ledger_holds
          where ${column} = $1 and started_at >= $2 and started_at < $3))::float8 as tokens`,
    [id, new Date(from).toISOString(), new Date(to).toISOString()],
  )
  return rows[0]?.tokens ?? 0
}

async function startsBefore(pool: pg.Pool, { column, id }: Owner, atMs: number): Promise<number[]> {
  const { rows } = await pool.query<{ at: number }>(
    `select extract(epoch from started_at)::float8 * 1000 as at from (
       select started_at from ledger_requests
       where ${column} = $1 and started_at > $2 and started_at <= $3 and correction = 0
       union all
       select started_at from ledger_holds where ${column} = $1 and started_at > $2 and started_at <= $3
     ) starts order by started_at desc limit ${REQUEST_TIMES_MAX}`,
    [id, new Date(atMs - WINDOW_MS).toISOString(), new Date(atMs).toISOString()],
  )
  return rows.map(({ at }) => Math.round(at)).reverse()
}

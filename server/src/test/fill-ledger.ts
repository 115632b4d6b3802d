// A ledger of as many requests as one likes, made by the database itself.
import type pg from 'pg'
import { closeUsage } from '../ledger/index.ts'
import { rebuildRollups } from '../ledger/test-rollups.ts'

type Filling = {
  rows: number
  /** The days before `now` that they are spread over, evenly. */
  days: number
  /** Milliseconds since 1970. */
  now: number
  /** Whose half of them are; the others are of three organisations that are nobody's. */
  organisationId: string
  /** How many keys asked, chats beside them, and for how many models; one more is rare. */
  keys: number
  models: number
  /** Who asked, each with a third of the keys. */
  userIds: readonly [string, string, string]
}

/** Fills an empty ledger with requests that ended in several ways, and makes all sums. */
export async function fillLedger(pool: pg.Pool, filling: Filling): Promise<void> {
  const { rows, days, now } = filling
  const first = now - days * 86_400_000
  for (let at = first; at < now + 32 * 86_400_000; at += 28 * 86_400_000)
    await pool.query('select ensure_ledger_partition(to_timestamp($1::float8 / 1000))', [at])
  const client = await pool.connect()
  try {
    await client.query('set statement_timeout = 0')
    await client.query(insertRows, [
      rows,
      first,
      (now - first) / rows,
      filling.organisationId,
      filling.userIds,
      filling.keys,
      filling.models,
    ])
    await client.query('analyze ledger_requests')
  } finally {
    client.release(true)
  }
  await rebuildRollups(pool)
  await pool.query('analyze usage_rollups, usage_histograms')
  await closeUsage(pool, now)
  await pool.query('analyze usage_day_rollups, usage_slot_rollups')
}

// The id says the millisecond, in Crockford's base 32 as `newId` writes it; the rest of it counts.
const base32 = (value: string, digits: number): string =>
  Array.from(
    { length: digits },
    (_, i) =>
      `substr('0123456789abcdefghjkmnpqrstvwxyz', ((${value} >> ${5 * (digits - 1 - i)}) & 31)::int + 1, 1)`,
  ).join(' || ')

const insertRows = `
  insert into ledger_requests (
    started_at, id, node_id, organisation_id, user_id, key_id, purpose, dialect, model, target, attempts, streamed, status,
    error_code, input_tokens, cached_tokens, output_tokens, reasoning_tokens, input_microusd, cached_microusd,
    output_microusd, estimated, held_tokens, latency_ms, first_token_ms)
  select to_timestamp(ms / 1000.0), 'req_' || ${base32('ms', 10)} || lpad(${base32('n', 7)}, 16, '0'), 'node',
    case when n % 2 = 0 then $4 else 'org_' || n % 6 end,
    ($5::text[])[1 + key % 3], nullif('key_' || key, 'key_0'), 'api', 'openai-chat',
    case when hash % 20011 = 0 then 'rare' else 'model-' || hash % $7::int end, 'main/upstream', 1, hash % 3 > 0,
    case hash % 50 when 0 then 'upstream_error' when 1 then 'client_cancelled' else 'ok' end,
    case hash % 50 when 0 then 'upstream_error' end,
    100 + hash % 4000, hash % 100, 20 + hash % 900, 0, 30 + hash % 1200, hash % 7, 24 + hash % 1080, false, 0,
    200 + (hash % 97) * (hash % 89), case when hash % 3 > 0 then 80 + hash % 700 end
  from (
    select n::bigint, ($2::float8 + $3::float8 * n)::bigint as ms, abs(hashint8(n))::bigint as hash,
      abs(hashint8(n * 7 + 1)) % ($6::int + 1) as key
    from generate_series(0, $1::int - 1) n
  ) made`

// The one statement of a group commit: rows and rollups move together or not at all, in one round trip.
import { binEdgesMs } from './bins.ts'
import { holdColumns, requestColumns } from './rows.ts'

const names = (columns: object) => Object.keys(columns).join(', ')
const recordset = (parameter: string, columns: Record<string, string>) =>
  `json_to_recordset(${parameter}::json) as s(${Object.entries(columns).map(([name, type]) => `${name} ${type}`)})`
const timestamped = (columns: object, source = (name: string) => `s.${name}`) =>
  Object.keys(columns).map((name) => (name === 'started_at' ? startedAt : source(name)))

const startedAt = 'to_timestamp(s.started_at / 1000)'

const binOf = (width: string, at: string) => `date_bin('${width}', ${at}, timestamptz '2000-01-01 00:00:00Z')`
const grain = (at: string) => binOf('15 minutes', at)
/** The half hour that an instant of SQL lies in. */
export const halfHourOf = (at: string): string => binOf('30 minutes', at)

const groupOf = (alias: string) =>
  `${alias}.organisation_id, ${grain(`${alias}.started_at`)} as bucket_at, coalesce(${alias}.key_id, '') as key_id,
   ${alias}.user_id, ${alias}.model, ${alias}.status`
/** What rollups and histograms are kept by. */
export const groupColumns = 'organisation_id, bucket_at, key_id, user_id, model, status'

const summed = [
  'input_tokens',
  'cached_tokens',
  'output_tokens',
  'reasoning_tokens',
  'input_microusd',
  'cached_microusd',
  'output_microusd',
]

/** How rows are counted: `count` of them, and what an amount is to be taken `times`. */
type Counting = { count: string; times: string }
const each: Counting = { count: 'count(*)', times: '' }
/** Rows that say themselves how much they count: -1 takes back what was counted before. */
const signed: Counting = { count: 'sum(counts)', times: 'counts * ' }

const isUnpriced = 'input_microusd + cached_microusd + output_microusd is null'
const sumsBy = ({ count, times }: Counting): Record<string, string> => ({
  requests: count,
  unpriced_requests: `coalesce(${count} filter (where ${isUnpriced}), 0)`,
  ...Object.fromEntries(summed.map((name) => [name, `coalesce(sum(${times}${name}), 0)`])),
  latency_ms_sum: `sum(${times}latency_ms)`,
})
/** Sums of a rollup. */
export const rollupSums: readonly string[] = Object.keys(sumsBy(each))

const selectRollups = (rows: string, counting: Counting): string =>
  `select ${groupOf('r')}, ${Object.entries(sumsBy(counting)).map(([name, sum]) => `${sum} as ${name}`)},
     max(r.started_at) as last_request_at
   from ${rows} r group by 1, 2, 3, 4, 5, 6`

const bin = (ms: string) => `width_bucket(${ms}, '{${binEdgesMs}}'::int[]) - 1`

// Grouped by the small numbers first: sorting by them is cheaper than by the long texts.
const selectHistograms = (rows: string, { count }: Counting): string =>
  `select ${groupOf('r')}, m.measure, m.bin, ${count} as requests
   from ${rows} r cross join lateral (values ('latency', ${bin('r.latency_ms')}), ('first_token', ${bin('r.first_token_ms')})) m(measure, bin)
   where m.bin is not null
   group by 8, 7, 3, 1, 2, 4, 5, 6`

const amounts = [...summed, 'latency_ms']
const countedColumns = (status: string, amount: (name: string) => string, firstToken: string): string =>
  `r.started_at, r.organisation_id, r.key_id, r.user_id, r.model, ${status} as status,
   ${amounts.map((name) => `${amount(name)} as ${name}`)}, ${firstToken} as first_token_ms`
const settled = countedColumns('r.status', (name) => `r.${name}`, 'r.first_token_ms')
/** What is known of a settled row `r` by its late `truth`. */
const known = countedColumns(
  'truth.status',
  (name) => `r.${name} + coalesce(truth.${name}, 0)`,
  'coalesce(truth.first_token_ms, r.first_token_ms)',
)

/** Selects what late truths move: their settled rows are taken back, what is known now is counted instead. */
const movesOf = (truths: string, ledger: string): string => {
  const from = `from ${truths} truth join ${ledger} r using (started_at, id) where r.correction = 0`
  return `select -1 as counts, ${settled} ${from} union all select 1, ${known} ${from}`
}

/** All that rows of the ledger count: every settled one, and what their late truths move. */
const countedIn = (ledger: string): string =>
  `(select 1 as counts, ${settled} from ${ledger} r where correction = 0
    union all ${movesOf(`(select * from ${ledger} r where correction > 0)`, ledger)})`

/** Selects the rollups that rows of the ledger amount to. */
export const rollupsOf = (ledger: string): string => selectRollups(countedIn(ledger), signed)
/** Selects the histogram counts that they amount to. */
export const histogramsOf = (ledger: string): string => selectHistograms(countedIn(ledger), signed)

const add = (columns: readonly string[]) => columns.map((name) => `${name} = t.${name} + excluded.${name}`)

// Both upserts lock their rows in one order on every node: no two commits wait for each other.
const moveRollups = (rows: string, counting: Counting): string => `moved as (
  insert into usage_rollups as t (${groupColumns}, ${rollupSums}, last_request_at)
  ${selectRollups(rows, counting)} order by 1, 2, 3, 4, 5, 6
  on conflict (${groupColumns}) do update set ${add(rollupSums)},
    last_request_at = greatest(t.last_request_at, excluded.last_request_at))`
const moveHistograms = (rows: string, counting: Counting): string => `counted as (
  insert into usage_histograms as t (${groupColumns}, measure, bin, requests)
  ${selectHistograms(rows, counting)} order by 8, 7, 3, 1, 2, 4, 5, 6
  on conflict (${groupColumns}, measure, bin) do update set ${add(['requests'])})`

// Half an hour after it began, and half an hour before anybody sums its half hour: what is written sooner is committed by then.
const reopen = `reopened as (
  insert into usage_reopened as r (organisation_id, day, since)
  select organisation_id, (started_at at time zone 'UTC')::date, min(${halfHourOf('started_at')}) from inserted
  where started_at < clock_timestamp() - interval '30 minutes' group by 1, 2 order by 1, 2
  on conflict (organisation_id, day) do update set since = least(r.since, excluded.since))`

/**
 * $1 settled rows and $2 holds to write, as JSON; $3 start times and $4 ids of holds to drop, as arrays: of those
 * the planner expects few, so it looks holds up by their key however many are open.
 * Answers how many rows were new; only those move the rollups.
 */
export const commitSql = `with inserted as (
  insert into ledger_requests (${names(requestColumns)})
  select ${timestamped(requestColumns)} from ${recordset('$1', requestColumns)}
  on conflict do nothing returning *),
held as (
  insert into ledger_holds (${names(holdColumns)})
  select ${timestamped(holdColumns)} from ${recordset('$2', holdColumns)}
  on conflict (started_at, id) do update set output_tokens = excluded.output_tokens),
dropped as (
  delete from ledger_holds h using unnest($3::float8[], $4::text[]) as s(started_at, id)
  where h.started_at = ${startedAt} and h.id = s.id),
${moveRollups('inserted', each)},
${moveHistograms('inserted', each)},
${reopen}
select count(*)::int as inserted from inserted`

const differing = new Set([...amounts, 'held_tokens'])

/**
 * $1 settled rows, as JSON. Where the sweeper had settled one as `node_died`, the late truth becomes a
 * correction: its differences to the swept row, under the true status, once. It takes the swept row out of all that is
 * summed, and is counted as what is known now.
 */
export const correctSql = `with inserted as (
  insert into ledger_requests (${names(requestColumns)}, correction)
  select ${timestamped(requestColumns, (name) => (differing.has(name) ? `s.${name} - swept.${name}` : `s.${name}`))}, 1
  from ${recordset('$1', requestColumns)}
  join ledger_requests swept on swept.started_at = ${startedAt} and swept.id = s.id and swept.correction = 0
  where swept.status = 'node_died' and s.status <> 'node_died'
  on conflict do nothing returning *),
moves as (${movesOf('inserted', 'ledger_requests')}),
${moveRollups('moves', signed)},
${moveHistograms('moves', signed)},
${reopen}
select count(*)::int as inserted from inserted`

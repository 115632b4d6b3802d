import { mkdtempSync, rmSync } from 'node:fs'
import { copyFile, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { microusd } from '@portal/contract'
import pg from 'pg'
import { pino } from 'pino'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { migrate } from '../db/migrate.ts'
import { startTestCluster, type TestCluster, type TestDatabase } from '../db/test-database.ts'
import { binFromMs } from './bins.ts'
import { aHold, aSettlement, BadNetwork, settlementOf } from './fixtures.ts'
import { createLedger, type LedgerOptions } from './ledger.ts'
import { ensurePartitions, listMonths } from './partitions.ts'
import { type Ledger, LedgerUnavailableError } from './types.ts'
import { verifyRollups } from './verify.ts'

let cluster: TestCluster
let database: TestDatabase
let pool: pg.Pool
let spillDir: string
let cleanUps: (() => Promise<unknown>)[]

beforeAll(async () => {
  cluster = await startTestCluster()
}, 60_000)
afterAll(() => cluster.stop())
beforeEach(async () => {
  database = await cluster.createDatabase()
  pool = new pg.Pool(database.clientConfig)
  spillDir = mkdtempSync('/tmp/portal-spill-')
  cleanUps = []
})
afterEach(async () => {
  for (const cleanUp of cleanUps.reverse()) await cleanUp()
  await pool.end()
  rmSync(spillDir, { recursive: true })
})

const until = <T>(probe: () => T | Promise<T>) => vi.waitFor(probe, { timeout: 15_000, interval: 10 })

function aLedger(overrides: Partial<LedgerOptions> = {}): Ledger {
  const log = pino({ level: 'silent' })
  const ledger = createLedger({ pool, spillDir, log, exclusive: false, ...overrides })
  cleanUps.push(() => ledger.close())
  return ledger
}

async function aStartedLedger(overrides: Partial<LedgerOptions> = {}): Promise<Ledger> {
  const ledger = aLedger(overrides)
  await ledger.start()
  return ledger
}

async function aBadNetwork() {
  const network = new BadNetwork(database.clientConfig)
  const address = await network.up()
  const badPool = new pg.Pool({ ...database.clientConfig, ...address })
  badPool.on('error', () => {})
  cleanUps.push(async () => {
    await network.down()
    await badPool.end()
  })
  return { network, badPool }
}

async function rowsOf(text: string) {
  return (await pool.query(text)).rows
}
const countOf = async (table: string) => (await rowsOf(`select count(*)::int as n from ${table}`))[0].n
const heldOf = () => rowsOf('select id, output_tokens::int as output from ledger_holds')

/** The rollups are the sum of the rows, and of this many requests. */
async function expectExact(requests: number) {
  expect((await verifyRollups(pool)).differences).toEqual([])
  const [sums] = await rowsOf('select coalesce(sum(requests), 0)::int as requests from usage_rollups')
  expect(sums).toEqual({ requests })
}

/** As if nothing had been heard of any node for this long. */
const silence = (seconds: number) =>
  pool.query(`update nodes set heartbeat_at = now() - interval '${seconds} seconds'`)

test('settlements that arrive together share a commit', async () => {
  const ledger = await aStartedLedger()
  await Promise.all(Array.from({ length: 900 }, () => ledger.settle(aSettlement())))
  expect(ledger.stats()).toMatchObject({ rows: 900, commits: 1, queued: 0 })
  expect(await countOf('ledger_requests')).toBe(900)
  await expectExact(900)
})

test('a commit is bounded: a flood is settled by several', async () => {
  const ledger = await aStartedLedger()
  await Promise.all(Array.from({ length: 2_500 }, () => ledger.settle(aSettlement())))
  expect(ledger.stats()).toMatchObject({ rows: 2_500, commits: 3 })
  await expectExact(2_500)
})

test('nothing is lost or counted twice when the connection is killed under load', async () => {
  const ledger = await aStartedLedger()
  let kills = 0
  const settled = (n: number) => until(() => expect(ledger.stats().rows).toBeGreaterThanOrEqual(n))
  const killer = async () => {
    for (let round = 1; round <= 8; round++) {
      await settled(round * 200)
      const killed = await pool.query(`select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid() and query like 'with inserted%'`)
      kills += killed.rowCount ?? 0
    }
  }
  const client = async (n: number) => {
    for (let i = 0; i < 50; i++) {
      await ledger.settle(
        aSettlement({ keyId: `key_${n % 7}`, latencyMs: i * n, status: i % 9 ? 'ok' : 'upstream_error' }),
      )
    }
  }
  await Promise.all([killer(), ...Array.from({ length: 40 }, (_, n) => client(n))])
  expect(kills).toBeGreaterThan(3)
  expect(await countOf('ledger_requests')).toBe(2_000)
  await expectExact(2_000)
}, 60_000)

test('a commit whose answer was lost is repeated without counting twice', async () => {
  const { network, badPool } = await aBadNetwork()
  const ledger = await aStartedLedger({ pool: badPool })
  await ledger.settle(aSettlement())
  network.losesNextAnswer = true
  await ledger.settle(aSettlement())
  expect(network.losesNextAnswer).toBe(false)
  expect(ledger.available).toBe(true)
  await expectExact(2)
})

test('two nodes that move the same sums at once agree', async () => {
  const nodes = await Promise.all([aStartedLedger(), aStartedLedger()])
  const client = async (n: number) => {
    for (let i = 0; i < 60; i++) {
      await nodes[n % 2]?.settle(
        aSettlement({ keyId: `key_${(i * n) % 5}`, model: `model-${i % 3}`, latencyMs: i }),
      )
    }
  }
  await Promise.all(Array.from({ length: 16 }, (_, n) => client(n)))
  await expectExact(960)
})

test('a request that ends at once never writes its hold', async () => {
  const ledger = await aStartedLedger()
  await pool.query(`create table holds_written as select * from ledger_holds;
    create function note() returns trigger language plpgsql as $$ begin insert into holds_written select new.*; return null; end $$;
    create trigger note after insert on ledger_holds for each row execute function note()`)
  // Others' commits pass by meanwhile; a round that a busy machine drew out proves nothing and is run again.
  const isQuick = async () => {
    const began = performance.now()
    const hold = aHold()
    ledger.open(hold)
    await ledger.settle(aSettlement())
    await ledger.settle(settlementOf(hold))
    if (performance.now() - began < 25) return true
    await pool.query('truncate holds_written')
    return false
  }
  await until(async () => expect(await isQuick()).toBe(true))
  expect(await countOf('holds_written')).toBe(0)
  const slow = aHold()
  ledger.open(slow)
  await until(async () => expect(await countOf('holds_written')).toBe(1))
  expect(await rowsOf('select id from holds_written')).toEqual([{ id: slow.id }])
})

test('a hold keeps what its stream has produced, and is gone once settled', async () => {
  const ledger = await aStartedLedger()
  const hold = aHold()
  ledger.open(hold)
  await until(async () => expect(await heldOf()).toEqual([{ id: hold.id, output: 0 }]))
  ledger.checkpoint(hold.id, 7)
  ledger.checkpoint(hold.id, 42)
  await until(async () => expect(await heldOf()).toEqual([{ id: hold.id, output: 42 }]))
  await ledger.settle(settlementOf(hold))
  expect(await heldOf()).toEqual([])
  ledger.checkpoint(hold.id, 99)
  await ledger.settle(aSettlement())
  expect(ledger.stats().queued).toBe(0)
})

test('a dead node’s holds are charged from the last checkpoint; a living node’s are left alone', async () => {
  const dead = await aStartedLedger()
  const hold = aHold({ startedAt: Date.now() - 60_000 })
  dead.open(hold)
  dead.checkpoint(hold.id, 40)
  await until(async () => expect(await heldOf()).toEqual([{ id: hold.id, output: 40 }]))
  const neighbour = await aStartedLedger()
  expect(neighbour.stats().sweptHolds).toBe(0)

  await silence(31)
  const survivor = await aStartedLedger()
  expect(survivor.stats().sweptHolds).toBe(1)
  expect(await heldOf()).toEqual([])
  const [row] =
    await rowsOf(`select id, status, estimated, input_tokens::int as input, output_tokens::int as output,
    input_microusd::int as input_cost, output_microusd::int as output_cost, first_token_ms, latency_ms from ledger_requests`)
  expect(row).toMatchObject({ id: hold.id, status: 'node_died', estimated: true, input: 100, output: 40 })
  expect(row).toMatchObject({ input_cost: 30, output_cost: 48, first_token_ms: null })
  expect(row.latency_ms).toBeGreaterThan(28_000)
  expect(row.latency_ms).toBeLessThan(40_000)
  await expectExact(1)
})

test('a node that starts alone settles every hold left behind, however fresh', async () => {
  const dead = await aStartedLedger()
  dead.open(aHold())
  await until(async () => expect(await heldOf()).toHaveLength(1))
  const next = await aStartedLedger({ exclusive: true })
  expect(next.stats().sweptHolds).toBe(1)
  expect(await countOf('nodes')).toBe(1)
})

test('[UC6] late truth corrects a swept request, once, and moves all that is summed of it', async () => {
  const paused = await aStartedLedger()
  const hold = aHold()
  paused.open(hold)
  paused.checkpoint(hold.id, 40)
  await until(async () => expect(await heldOf()).toEqual([{ id: hold.id, output: 40 }]))
  await silence(31)
  await aStartedLedger()

  const truth = settlementOf(hold, { outputTokens: 25, outputMicrousd: microusd(30) })
  await paused.settle(truth)
  await paused.settle(truth)
  const columns = `correction, status, input_tokens::int as input, output_tokens::int as output,
    output_microusd::int as cost, estimated`
  expect(await rowsOf(`select ${columns} from ledger_requests order by correction`)).toEqual([
    { correction: 0, status: 'node_died', input: 100, output: 40, cost: 48, estimated: true },
    { correction: 1, status: 'ok', input: 0, output: -15, cost: -18, estimated: false },
  ])
  const sums = 'status, requests::int as requests, output_tokens::int as output, latency_ms_sum::int as ms'
  expect(await rowsOf(`select ${sums} from usage_rollups where requests <> 0`)).toEqual([
    { status: 'ok', requests: 1, output: 25, ms: 900 },
  ])
  const counts = 'status, measure, bin, requests::int as requests'
  expect(await rowsOf(`select ${counts} from usage_histograms where requests <> 0 order by measure`)).toEqual(
    [
      { status: 'ok', measure: 'first_token', bin: binFromMs(120), requests: 1 },
      { status: 'ok', measure: 'latency', bin: binFromMs(900), requests: 1 },
    ],
  )
  await expectExact(1)
  await pool.query(`update usage_rollups set requests = 1 where status = 'node_died'`)
  expect((await verifyRollups(pool)).differences).toHaveLength(1)
})

test('[UC6] [UC4] what an older release had summed is mended: late truths as a whole, and who has no known price', async () => {
  const { clientConfig } = await cluster.createDatabase({ empty: true })
  await migrate(clientConfig, { last: '0029_usage_sums.sql' })
  const old = new pg.Pool(clientConfig)
  cleanUps.push(() => old.end())
  const at = '2026-04-08T10:07:00Z'
  await old.query('select ensure_ledger_partition($1)', [at])
  await old.query(
    `insert into ledger_requests (started_at, id, correction, node_id, organisation_id, user_id, key_id, purpose, dialect,
       model, attempts, streamed, status, input_tokens, cached_tokens, output_tokens, reasoning_tokens, input_microusd,
       cached_microusd, output_microusd, estimated, held_tokens, latency_ms, first_token_ms)
     select $1, id, correction, 'node', 'org_a', 'usr_a', null, 'api', 'openai-chat', 'model-a', 1, true, status,
       100 * (1 - correction), 0, output, 0, cost, cost, cost, false, 0, ms, first
     from (values ('req_late', 0, 'node_died', 10, 30, 500, null), ('req_late', 1, 'ok', 80, 40, 3500, 90),
       ('req_free', 0, 'ok', 20, null, 900, null), ('req_lost', 0, 'node_died', 5, null, 15, null),
       ('req_lost', 1, 'client_cancelled', 5, null, -8, null))
       as made(id, correction, status, output, cost, ms, first)`,
    [at],
  )
  const group = `'org_a', timestamptz '2026-04-08T10:00:00Z', '', 'usr_a', 'model-a', status`
  await old.query(
    `insert into usage_rollups select ${group}, count(*) filter (where correction = 0), sum(input_tokens), 0, sum(output_tokens),
       0, coalesce(sum(input_microusd), 0), coalesce(sum(cached_microusd), 0), coalesce(sum(output_microusd), 0),
       sum(latency_ms), max(started_at)
     from ledger_requests group by status`,
  )
  await old.query(
    `insert into usage_histograms select ${group}, 'latency', bin, 1
     from (values ('node_died', ${binFromMs(500)}), ('node_died', ${binFromMs(15)}), ('ok', ${binFromMs(900)})) as made(status, bin)`,
  )
  await migrate(clientConfig)
  expect((await verifyRollups(old)).differences).toEqual([])
  const { rows } = await old.query(
    `select status, requests::int as requests, unpriced_requests::int as unpriced from usage_rollups order by status`,
  )
  expect(rows).toEqual([
    { status: 'client_cancelled', requests: 1, unpriced: 1 },
    { status: 'node_died', requests: 0, unpriced: 0 },
    { status: 'ok', requests: 2, unpriced: 1 },
  ])
  expect((await old.query('select since from usage_reopened')).rows).toEqual([
    { since: new Date('2026-04-08T10:00:00Z') },
  ])
})

test('with the database away a settlement is spilled, refused, and in the ledger when it is back', async () => {
  const { network, badPool } = await aBadNetwork()
  const ledger = await aStartedLedger({ pool: badPool, settleWaitMs: 200 })
  await ledger.settle(aSettlement())
  await network.down()
  const late = aSettlement()
  await expect(ledger.settle(late)).rejects.toThrow(LedgerUnavailableError)
  expect(ledger.available).toBe(false)
  expect(ledger.stats()).toMatchObject({ spilled: 1, spillFiles: 1, queued: 0 })
  const [file = ''] = await readdir(spillDir)
  expect((await stat(join(spillDir, file))).mode & 0o777).toBe(0o600)

  await network.up()
  await until(async () => expect(await readdir(spillDir)).toEqual([]))
  expect(ledger.available).toBe(true)
  expect(await countOf(`ledger_requests where id = '${late.id}'`)).toBe(1)
  await until(() => expect(ledger.stats()).toMatchObject({ spilled: 1, spillFiles: 0 }))
  await expectExact(2)
})

test('[GW-G4] what is spilled may be charged otherwise than what is committed', async () => {
  const { network, badPool } = await aBadNetwork()
  const ledger = await aStartedLedger({ pool: badPool, settleWaitMs: 200 })
  await network.down()
  const answered = aSettlement()
  const unanswered = { ...answered, status: 'portal_error', inputTokens: 0, outputTokens: 0 } as const
  await expect(ledger.settle(answered, () => unanswered)).rejects.toThrow(LedgerUnavailableError)
  await network.up()
  await until(async () => expect(await readdir(spillDir)).toEqual([]))
  expect(await countOf(`ledger_requests where status = 'portal_error' and output_tokens = 0`)).toBe(1)
})

test('a database that is back in time keeps everyone waiting, not failing', async () => {
  const { network, badPool } = await aBadNetwork()
  const ledger = await aStartedLedger({ pool: badPool })
  await network.down()
  const settled = Promise.all(Array.from({ length: 50 }, () => ledger.settle(aSettlement())))
  await until(() => expect(ledger.available).toBe(false))
  await network.up()
  await settled
  expect(ledger.stats().spilled).toBe(0)
  await expectExact(50)
})

test('an idle node notices that the database left and came back', async () => {
  const { network, badPool } = await aBadNetwork()
  const ledger = await aStartedLedger({ pool: badPool })
  await network.down()
  await until(() => expect(ledger.available).toBe(false))
  await network.up()
  await until(() => expect(ledger.available).toBe(true))
})

test('what a dead process spilled is replayed at start; a second replay changes nothing', async () => {
  const { network, badPool } = await aBadNetwork()
  const dead = await aStartedLedger({ pool: badPool, settleWaitMs: 200 })
  await network.down()
  const settlements = [aSettlement(), aSettlement()]
  await Promise.allSettled(settlements.map((settlement) => dead.settle(settlement)))
  const [file = ''] = await readdir(spillDir)
  const copy = join(spillDir, '..', `${file}.copy-${process.pid}`)
  await copyFile(join(spillDir, file), copy)

  await aStartedLedger({ exclusive: true })
  expect(await readdir(spillDir)).toEqual([])
  await expectExact(2)

  await copyFile(copy, join(spillDir, file))
  rmSync(copy)
  await aStartedLedger()
  expect(await readdir(spillDir)).toEqual([])
  expect(await countOf('ledger_requests')).toBe(2)
  await expectExact(2)
})

test('requests of any month have a partition to go to', async () => {
  const ledger = await aStartedLedger({ now: () => Date.UTC(2031, 10, 15) })
  const partitions = () =>
    rowsOf(`select to_char(started_at at time zone 'UTC', 'YYYY-MM-DD') as day, tableoid::regclass::text as name
    from ledger_requests order by 1`)
  const planned = await rowsOf(
    `select relname from pg_class where relname like 'ledger_requests_203____' and relkind = 'r' order by 1`,
  )
  expect(planned.map(({ relname }) => relname)).toEqual(
    ['2031_11', '2031_12', '2032_01'].map((month) => `ledger_requests_${month}`),
  )
  const nextMonth = Date.UTC(2031, 11)
  const times = [nextMonth - 1, nextMonth, Date.UTC(2032, 5, 30, 23, 59)]
  await Promise.all(times.map((startedAt) => ledger.settle(aSettlement({ startedAt }))))
  expect(await partitions()).toEqual([
    { day: '2031-11-30', name: 'ledger_requests_2031_11' },
    { day: '2031-12-01', name: 'ledger_requests_2031_12' },
    { day: '2032-06-30', name: 'ledger_requests_2032_06' },
  ])
  await expectExact(3)
})

test('[DB9] a partition that has to wait lets those pass who read the ledger meanwhile', async () => {
  const reader = await pool.connect()
  await reader.query('begin; select from ledger_requests')
  const making = ensurePartitions(pool, Date.UTC(2040, 0), 0)
  await until(async () => {
    const { rowCount } = await pool.query(
      `select from pg_locks where relation = 'ledger_requests'::regclass and not granted`,
    )
    expect(rowCount).toBe(1)
  })
  await pool.query(`begin; set local statement_timeout = '2500ms'; select from ledger_requests; commit`)
  await reader.query('commit')
  reader.release()
  await making
  expect((await listMonths(pool)).map(({ table }) => table)).toContain('ledger_requests_2040_01')
})

test('a row that the database refuses is set aside and holds up nobody else', async () => {
  const ledger = await aStartedLedger()
  const good = Array.from({ length: 20 }, () => aSettlement())
  const bad = aSettlement({ errorCode: 'no\u0000text' })
  const outcomes = await Promise.allSettled(
    [...good.slice(0, 9), bad, ...good.slice(9)].map((s) => ledger.settle(s)),
  )
  expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(1)
  expect(outcomes[9]?.status).toBe('rejected')
  expect(await readdir(spillDir)).toEqual([expect.stringMatching(/\.refused$/)])
  expect(ledger.available).toBe(true)
  await expectExact(20)
})

test('money beyond the exact range of a float stays exact', async () => {
  const ledger = await aStartedLedger()
  const amount = 9_007_199_254_740_993n
  await ledger.settle(aSettlement({ outputMicrousd: microusd(amount) }))
  expect(await rowsOf('select output_microusd::text as cost from usage_rollups')).toEqual([
    { cost: String(amount) },
  ])
})

test('close commits what waits and signs the node off', async () => {
  const ledger = await aStartedLedger()
  expect(await countOf('nodes')).toBe(1)
  const hold = aHold()
  ledger.open(hold)
  const settled = Promise.all(Array.from({ length: 10 }, () => ledger.settle(aSettlement())))
  await ledger.close()
  await settled
  expect(await countOf('ledger_requests')).toBe(10)
  expect(await heldOf()).toEqual([{ id: hold.id, output: 0 }])
  expect(await countOf('nodes')).toBe(0)
})

test('close with the database away spills what waits, and so does a settlement after it', async () => {
  const { network, badPool } = await aBadNetwork()
  const ledger = await aStartedLedger({ pool: badPool, settleWaitMs: 300 })
  await network.down()
  const refused = expect(ledger.settle(aSettlement())).rejects.toThrow(LedgerUnavailableError)
  await ledger.close()
  await refused
  await expect(ledger.settle(aSettlement())).rejects.toThrow(LedgerUnavailableError)
  await aStartedLedger()
  await expectExact(2)
})

test('verifyRollups finds a sum that disagrees', async () => {
  const ledger = await aStartedLedger()
  await ledger.settle(aSettlement())
  await pool.query('update usage_rollups set output_tokens = output_tokens + 1')
  await pool.query(`delete from usage_histograms where measure = 'first_token'`)
  const { checked, differences } = await verifyRollups(pool)
  expect(checked).toBe(3)
  expect(differences.map(({ table, kept }) => [table, kept === null])).toEqual([
    ['usage_rollups', false],
    ['usage_histograms', true],
  ])
})

import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { request } from 'undici'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { call } from './client.ts'
import { type House, model, openHouse, type Portal } from './house.ts'
import { checkLedger } from './ledger-check.ts'
import { startLoad } from './load.ts'
import { eventually } from './processes.ts'
import { startUpstreamProcess, type UpstreamProcess } from './upstream.ts'

const loadMs = 3_000
const leavers = 40
const longStreams = 6
const longWords = 3_000

let upstream: UpstreamProcess
beforeAll(async () => {
  upstream = await startUpstreamProcess(5)
})
afterAll(async () => {
  upstream.signal('SIGTERM')
  await upstream.exited
})

test('[US5] [UR2] [UC6] [GW-G1] the dashboard’s sums are the ledger’s, and its rows what the provider served, after load, clients that leave, kill -9 and truth that comes late', async () => {
  const house = openHouse(upstream.url)
  let portal = await house.start()
  const key = portal.key ?? ''
  await expectAgreement(house, { portal, key })

  const load = startLoad({ url: portal.url, key })
  await Promise.all(Array.from({ length: leavers }, (_, at) => leaveMidway({ portal, key }, at * 50)))
  await sleep(loadMs)
  await load.stop()
  expect(load.whole().length).toBeGreaterThan(50)
  const { cancelled } = await expectAgreement(house, { portal, key })
  expect(cancelled).toBeGreaterThan(leavers / 2)

  // Once each has its hold in the database, none of these can be forgotten.
  const streams = Array.from({ length: longStreams }, () =>
    stream({ portal, key }, longWords).catch(() => {}),
  )
  await eventually(async () =>
    expect(await query(house, 'select id from ledger_holds')).toHaveLength(longStreams),
  )
  portal.signal('SIGKILL')
  await Promise.all(streams)
  portal = await house.start()
  await checkLedger(house, [])
  expect((await expectAgreement(house, { portal, key })).died).toBe(longStreams)

  await tellLate(house)
  const corrections = 'select id from ledger_requests where correction > 0'
  await eventually(async () => expect(await query(house, corrections)).toHaveLength(longStreams), 30_000)
  expect((await expectAgreement(house, { portal, key })).died).toBe(0)
}, 120_000)

type At = { portal: Portal; key: string }

const stream = async ({ portal, key }: At, words: number, signal?: AbortSignal): Promise<void> => {
  const { body } = await request(`${portal.url}/api/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      ...{ model, stream: true },
      messages: [{ role: 'user', content: Array(words).fill('word').join(' ') }],
    }),
    ...(signal && { signal }),
  })
  await body.dump({ limit: Number.MAX_SAFE_INTEGER })
}

/** Asks for a long answer, and leaves within its first words. */
async function leaveMidway(at: At, afterMs: number): Promise<void> {
  await sleep(afterMs)
  await stream(at, longWords, AbortSignal.timeout(300)).catch(() => {})
}

/** As if the server that was killed had still put on disk how its requests ended. */
async function tellLate(house: House): Promise<void> {
  const rows = await query<{ row: object }>(
    house,
    `select to_jsonb(r) || jsonb_build_object('started_at', extract(epoch from started_at) * 1000, 'status', 'ok',
       'output_tokens', output_tokens + 7, 'estimated', false, 'latency_ms', latency_ms + 900, 'first_token_ms', 40) as row
     from ledger_requests r where status = 'node_died'`,
  )
  const spilled = join(house.dataDir, 'spill', 'late')
  mkdirSync(dirname(spilled), { recursive: true })
  writeFileSync(spilled, rows.map(({ row }) => `${JSON.stringify(row)}\n`).join(''))
  renameSync(spilled, `${spilled}.jsonl`)
}

async function query<Row extends object>(house: House, sql: string): Promise<Row[]> {
  const pool = house.openPool()
  try {
    return (await pool.query<Row>(sql)).rows
  } finally {
    await pool.end()
  }
}

type Sums = Record<'requests' | 'input' | 'output' | 'microusd' | 'cancelled' | 'died', number>

/** Waits until all is settled, and compares what each side says of the same requests. */
async function expectAgreement(house: House, { portal, key }: At) {
  await checkLedger(house, [])
  const rows = await query<Sums>(
    house,
    `select count(*) filter (where correction = 0)::int as requests,
       coalesce(sum(input_tokens), 0)::int as input, coalesce(sum(output_tokens), 0)::int as output,
       coalesce(sum(input_microusd + cached_microusd + output_microusd), 0)::int as microusd,
       count(*) filter (where status = 'client_cancelled')::int as cancelled,
       (count(*) filter (where status = 'node_died') - count(*) filter (where correction > 0))::int as died
     from ledger_requests`,
  )
  const [{ requests = 0, input = 0, output = 0, microusd = 0, cancelled = 0, died = 0 } = {}] = rows
  const served = await (await fetch(new URL('/__stats', upstream.url))).json()
  expect(served, 'what the provider served').toMatchObject({ requests })
  const ledger = { requests, tokens: input + output, microusd }
  const summary = (await call(portal.url, '/api/usage/summary?period=24h', { key })).json
  expect(totalsOf(summary.stats)).toEqual(ledger)
  for (const parts of ['dailyUsage', 'byModel', 'byKey', 'byUser'])
    expect([parts, sumOf(summary[parts])]).toEqual([parts, ledger])
  expect(await exported('', { portal, key })).toBe(requests)
  for (const status of ['error', 'node_died', 'success', 'ok']) {
    const { stats } = (await call(portal.url, `/api/usage/summary?period=24h&status=${status}`, { key }))
      .json as { stats: { totalRequests: number } }
    expect([status, await exported(`&status=${status}`, { portal, key })]).toEqual([
      status,
      stats.totalRequests,
    ])
    if (status === 'node_died') expect(stats.totalRequests).toBe(died)
  }
  process.stdout.write(`${requests} requests: served, in the ledger and on the dashboard\n`)
  return { cancelled, died }
}

/** How many requests an export has. */
async function exported(filter: string, { portal, key }: At): Promise<number> {
  const answer = await request(`${portal.url}/api/usage/export?period=24h&format=csv${filter}`, {
    headers: { authorization: `Bearer ${key}` },
  })
  return (await answer.body.text()).trimEnd().split('\n').length - 1
}

const microusdOf = (usd: number): number => Math.round(usd * 1_000_000)

const totalsOf = (stats: unknown) => {
  const { totalRequests, totalTokens, totalCost } = stats as Record<string, number>
  return { requests: totalRequests, tokens: totalTokens, microusd: microusdOf(totalCost ?? Number.NaN) }
}

const sumOf = (parts: unknown) => {
  const sum = { requests: 0, tokens: 0, microusd: 0 }
  for (const { requests, tokens, cost } of parts as { requests: number; tokens: number; cost: number }[]) {
    sum.requests += requests
    sum.tokens += tokens
    sum.microusd += microusdOf(cost)
  }
  return sum
}

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { createApp } from '../../app.ts'
import { readConfig } from '../../config.ts'
import { firstKey } from '../../first-start.ts'
import { createServices } from '../../services.ts'
import { ask, call, errorOf, type Outcome } from './client.ts'
import { type House, openHouse, type Portal } from './house.ts'
import { checkLedger } from './ledger-check.ts'
import { eventually, isRunning } from './processes.ts'
import { startUpstreamProcess, type UpstreamProcess } from './upstream.ts'

const wordMs = 50

let upstream: UpstreamProcess
beforeAll(async () => {
  upstream = await startUpstreamProcess(wordMs)
})
afterAll(async () => {
  upstream.signal('SIGTERM')
  await upstream.exited
})

async function openPortal(): Promise<{ house: House; portal: Portal; key: string }> {
  const house = openHouse(upstream.url)
  const portal = await house.start()
  return { house, portal, key: portal.key ?? '' }
}

/** Streams that have brought content already, and their ends to come. */
async function openStreams(
  { url, key }: { url: string; key: string },
  { count, words }: { count: number; words: number },
): Promise<{ streams: Outcome[]; ended: Promise<Outcome[]> }> {
  const streams: Outcome[] = []
  const onStart = (outcome: Outcome) => void streams.push(outcome)
  const answers = Array.from({ length: count }, () => ask(url, key, { kind: 'stream', words, onStart }))
  await eventually(() => expect(streams.every(({ contentAt }) => contentAt !== null)).toBe(true))
  return { streams, ended: Promise.all(answers) }
}

const untilDraining = (url: string) =>
  eventually(async () => expect((await call(url, '/readyz')).status).toBe(503))

async function untilCheckpoint(house: House): Promise<void> {
  const pool = house.openPool()
  await eventually(async () => {
    const { rowCount } = await pool.query('select from ledger_holds where output_tokens > 0')
    expect(rowCount).toBe(1)
  }).finally(() => pool.end())
}

test('[GW-P2] SIGTERM with 20 open streams: not ready, new requests 503, every stream whole, all recorded, exit 0, no process left', async () => {
  const { house, portal, key } = await openPortal()
  const { streams, ended } = await openStreams({ url: portal.url, key }, { count: 20, words: 80 })
  const databasePids = house.databasePids()
  const signalledAt = performance.now()
  portal.signal('SIGTERM')

  await untilDraining(portal.url)
  const refused = await ask(portal.url, key, { kind: 'whole', words: 1 })
  expect(refused).toMatchObject({ status: 503, headers: { 'retry-after': expect.any(String) } })
  expect(errorOf(refused)).toMatchObject({ code: 'draining' })
  expect(
    streams.filter(({ isWhole }) => isWhole),
    'all of this happened during the streams',
  ).toEqual([])

  const whole = await ended
  expect(whole.filter(({ isWhole }) => !isWhole)).toEqual([])
  expect(await portal.exited).toBe(0)
  expect(performance.now() - signalledAt).toBeLessThan(30_000)
  await eventually(() => expect(databasePids.filter(isRunning)).toEqual([]))

  const next = await house.start()
  const { rows } = await checkLedger(house, whole)
  expect([...rows.values()].map(({ status }) => status)).toEqual(Array(20).fill('ok'))
  next.signal('SIGINT')
  expect(await next.exited, 'SIGINT too').toBe(0)
}, 90_000)

test('[GW-P2] [GW-G5] a second signal does not wait: what it cut off is settled from its checkpoint at the next start', async () => {
  await upstream.control({ enqueue: [{ kind: 'answer', delayMs: 2 }] })
  const { house, portal, key } = await openPortal()
  const { streams, ended } = await openStreams({ url: portal.url, key }, { count: 1, words: 10_000 })
  await untilCheckpoint(house)
  portal.signal('SIGINT')
  await untilDraining(portal.url)
  const signalledAt = performance.now()
  portal.signal('SIGTERM')
  expect(await portal.exited).toBe(1)
  expect(performance.now() - signalledAt).toBeLessThan(2_000)
  await ended

  await house.start()
  const { rows } = await checkLedger(house, streams)
  const row = rows.get(streams[0]?.requestId ?? '')
  expect(row).toMatchObject({ status: 'node_died', estimated: true })
  expect(row?.input).toBeGreaterThan(0)
  expect(row?.output).toBeGreaterThan(0)
  const received = streams[0]?.body.split('"content":" word"').length ?? 0
  expect(row?.output, 'about what was delivered at most').toBeLessThanOrEqual(received * 1.5)
}, 90_000)

test('[GW-P2] a stream longer than the grace ends with an error event and is charged for what it brought', async () => {
  const house = openHouse(upstream.url)
  const services = await createServices(
    readConfig({
      DATA_DIR: house.dataDir,
      MODELS_FILE: join(house.folder, 'models.json'),
      LOG_LEVEL: 'silent',
    }),
  )
  const key = (await firstKey(services)) ?? ''
  const server = createServer(createApp(services)).listen(0, '127.0.0.1')
  onTestFinished(() => server.closeAllConnections())
  await eventually(() => expect(server.listening).toBe(true))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const { ended } = await openStreams({ url, key }, { count: 3, words: 1_000 })

  await services.close({ graceMs: 200 })
  const cut = await ended
  server.close()
  for (const outcome of cut) {
    expect(outcome).toMatchObject({ status: 200, isWhole: false })
    expect(errorOf(outcome)).toMatchObject({ code: 'draining' })
    expect(outcome.body).not.toContain('[DONE]')
  }
  await house.start()
  const { rows } = await checkLedger(house, cut)
  for (const { requestId } of cut) {
    const row = rows.get(requestId ?? '')
    expect(row).toMatchObject({ status: 'portal_error', estimated: true })
    expect(row?.output).toBeGreaterThan(0)
  }
}, 90_000)

import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ask, createKey, errorOf, type Outcome } from './client.ts'
import { type House, openHouse, type Portal } from './house.ts'
import { checkLedger } from './ledger-check.ts'
import { type Load, startLoad } from './load.ts'
import { eventually, signalAll } from './processes.ts'
import { startUpstreamProcess, type UpstreamProcess } from './upstream.ts'

let upstream: UpstreamProcess
beforeAll(async () => {
  upstream = await startUpstreamProcess(10)
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

/** So many more whole answers than now. */
async function untilMore(load: Load, count: number): Promise<void> {
  const before = load.whole().length
  await eventually(() => {
    const sample = JSON.stringify(load.outcomes.at(-40))
    expect(load.whole().length, `whole answers; lately ${sample}`).toBeGreaterThanOrEqual(before + count)
  }, 30_000)
}

/** What a client may meet while the database is away for less than an answer waits: the answer, or a 503. */
function expectAnsweredOrUnavailable(outcomes: readonly Outcome[]): void {
  const others = outcomes.filter(({ isWhole, status }) => !isWhole && status !== 503)
  expect(others, 'neither whole nor a 503').toEqual([])
  for (const refused of outcomes.filter(({ status }) => status === 503)) {
    expect(errorOf(refused)).toMatchObject({ code: 'unavailable' })
    expect(Number(refused.headers['retry-after']), 'Retry-After').toBeGreaterThan(0)
  }
}

test('[GW-P1] [GW-G1] the database killed three times under load: whole answers or 503s, each admitted one with its row, and no restart', async () => {
  const { house, portal, key } = await openPortal()
  const load = startLoad({ url: portal.url, key })
  for (let round = 0; round < 3; round++) {
    await untilMore(load, 50)
    signalAll(house.databasePids(), 'SIGKILL')
    await untilMore(load, 50)
  }
  await load.stop()
  expectAnsweredOrUnavailable(load.outcomes)
  await checkLedger(house, load.outcomes)
  const refused = load.outcomes.length - load.whole().length
  process.stdout.write(`database killed thrice: ${load.whole().length} whole answers, ${refused} 503s\n`)
}, 90_000)

test('[GW-P1] [GW-G1] the database silent for five seconds under load: whole answers or 503s, and nothing is lost', async () => {
  const { house, portal, key } = await openPortal()
  const load = startLoad({ url: portal.url, key })
  await untilMore(load, 50)
  const pids = house.databasePids()
  signalAll(pids, 'SIGSTOP')
  await sleep(5_000)
  signalAll(pids, 'SIGCONT')
  await untilMore(load, 50)
  await load.stop()
  expectAnsweredOrUnavailable(load.outcomes)
  await checkLedger(house, load.outcomes)
}, 90_000)

test('[GW-L2] a limit of 20 requests a minute admits exactly 20 across a kill of the database', async () => {
  const { house, portal, key } = await openPortal()
  const limited = await createKey(portal.url, key, { rpmLimit: 20 })
  const outcomes: Outcome[] = []
  const askOnce = async () => {
    const outcome = await ask(portal.url, limited, { kind: 'whole', words: 3 })
    outcomes.push(outcome)
    return outcome
  }
  for (let i = 0; i < 10; i++) await askOnce()
  signalAll(house.databasePids(), 'SIGKILL')
  await eventually(async () => expect(await askOnce()).toMatchObject({ status: 429 }), 30_000)
  expectAnsweredOrUnavailable(outcomes.slice(0, -1))
  const { settled } = await checkLedger(house, outcomes)
  expect(settled).toBe(20)
}, 60_000)

import { readdirSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ask, errorOf, type Outcome } from './client.ts'
import { createHouse, type House, type Portal } from './house.ts'
import { checkLedger } from './ledger-check.ts'
import { eventually, signalAll } from './processes.ts'
import { startUpstreamProcess, type UpstreamProcess } from './upstream.ts'

/** Longer than an answer waits for its row. */
const awayMs = 14_000
const wordMs = 200
/** Long enough that a request knows of the absence, whatever sort it is. */
const noticedAfterMs = 11_000

let upstream: UpstreamProcess
beforeAll(async () => {
  upstream = await startUpstreamProcess(wordMs)
})
afterAll(async () => {
  upstream.signal('SIGTERM')
  await upstream.exited
})

/** Takes the database away; the function brings it back. */
type Removal = (house: House) => () => void

const silence: Removal = (house) => {
  const pids = house.databasePids()
  signalAll(pids, 'SIGSTOP')
  return () => signalAll(pids, 'SIGCONT')
}

const death: Removal = (house) => {
  const data = join(house.dataDir, 'postgres/data')
  const pids = house.databasePids()
  // Without its files it cannot be brought back.
  renameSync(data, `${data}.away`)
  signalAll(pids, 'SIGKILL')
  return () => renameSync(`${data}.away`, data)
}

const spilled = ({ dataDir }: House): string[] => {
  try {
    return readdirSync(join(dataDir, 'spill'))
  } catch {
    return []
  }
}

test.concurrent.for([
  ['dead', death],
  ['silent', silence],
] as const)(
  '[GW-G7] a database %s for longer than answers wait: they end with an error, their rows wait on disk and come to the ledger once',
  { timeout: 120_000 },
  async ([name, takeAway], { onTestFinished }) => {
    const house = createHouse(upstream.url)
    onTestFinished(() => house.remove())
    const portal = await house.start()
    const key = portal.key ?? ''
    // The limits of this key are known from here on: they need no database.
    expect((await ask(portal.url, key, { kind: 'whole', words: 1 })).status).toBe(200)

    const inFlight = await startRequests(portal, key)
    const bringBack = takeAway(house)
    const awayAt = performance.now()
    const meanwhile = askMeanwhile(portal, key, awayAt + awayMs)
    const cut = await Promise.all(inFlight)
    expect(performance.now() - awayAt, 'how long they waited').toBeLessThan(awayMs)
    expectCutOff(cut)
    expect(spilled(house).length).toBeGreaterThan(0)

    const refused = await meanwhile
    bringBack()
    await eventually(async () => {
      expect((await ask(portal.url, key, { kind: 'whole', words: 1 })).status).toBe(200)
    })
    await eventually(() => expect(spilled(house)).toEqual([]), 30_000)
    const { rows } = await checkLedger(house, [...cut, ...refused])
    for (const { requestId } of cut) expect(rows.get(requestId ?? '')).toMatchObject({ status: 'ok' })
    expectRefused(refused, awayAt)
    process.stdout.write(`database ${name}: ${cut.length} spilled, ${refused.length} refused meanwhile\n`)
  },
)

/** Six streams and six whole answers, all on their way and none at its end. */
async function startRequests(portal: Portal, key: string): Promise<Promise<Outcome>[]> {
  const started: Outcome[] = []
  const onStart = (outcome: Outcome) => void started.push(outcome)
  const streams = Array.from({ length: 6 }, () =>
    ask(portal.url, key, { kind: 'stream', words: 10, onStart }),
  )
  await eventually(() => expect(started.every(({ contentAt }) => contentAt !== null)).toBe(true))
  await upstream.control({ enqueue: Array(6).fill({ kind: 'slow-first-byte', ms: 1_000 }) })
  const wholes = Array.from({ length: 6 }, () => ask(portal.url, key, { kind: 'whole', words: 10 }))
  await sleep(300) // on their way: nothing tells when they reach the upstream
  return [...streams, ...wholes]
}

/** Goes on asking, and stays for the answers. */
async function askMeanwhile(portal: Portal, key: string, until: number): Promise<Outcome[]> {
  const asked: Promise<Outcome>[] = []
  while (performance.now() < until) {
    asked.push(ask(portal.url, key, { kind: asked.length % 2 ? 'whole' : 'stream', words: 2 }))
    await sleep(250)
  }
  return Promise.all(asked)
}

function expectCutOff(outcomes: readonly Outcome[]): void {
  for (const outcome of outcomes) {
    expect(outcome.isWhole).toBe(false)
    expect(outcome.status).toBe(outcome.kind === 'stream' ? 200 : 503)
    expect(outcome.body).not.toContain('[DONE]')
    expect(errorOf(outcome)).toMatchObject({ code: 'unavailable' })
  }
}

function expectRefused(outcomes: readonly Outcome[], awayAt: number): void {
  for (const outcome of outcomes) {
    expect(outcome.status).not.toBe(401)
    if (outcome.startedAt < awayAt + noticedAfterMs && outcome.isWhole) continue
    expect(outcome.status, `asked ${Math.round(outcome.startedAt - awayAt)} ms into the absence`).toBe(503)
    expect(errorOf(outcome)).toMatchObject({ code: 'unavailable' })
    expect(Number(outcome.headers['retry-after']), 'Retry-After').toBeGreaterThan(0)
  }
}

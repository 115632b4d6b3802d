import { readdirSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { ask, errorOf, type Outcome } from './client.ts'
import { createHouse, type House, type Portal } from './house.ts'
import { checkLedger } from './ledger-check.ts'
import { eventually, signalAll } from './processes.ts'
import { startUpstreamProcess, type UpstreamProcess } from './upstream.ts'

const wordMs = 200
/** How long somebody who asks when the absence is known may be kept waiting for the refusal. */
const patienceMs = 5_000

type Absence = {
  name: string
  /** Longer than an answer waits for its row. */
  ms: number
  /** From here on everyone who asks must be refused at once; before it they may be let in and cut off. */
  knownAfterMs: number
  /** Takes the database away; the function brings it back. */
  begin(house: House): () => void
}

const death: Absence = {
  name: 'dead',
  ms: 14_000,
  knownAfterMs: 2_000,
  begin(house) {
    const data = join(house.dataDir, 'postgres/data')
    const pids = house.databasePids()
    // Without its files it cannot be brought back.
    renameSync(data, `${data}.away`)
    signalAll(pids, 'SIGKILL')
    return () => renameSync(`${data}.away`, data)
  },
}

const silence: Absence = {
  name: 'silent',
  ms: 18_000,
  // Nothing but the passing of time tells: a heartbeat every five seconds, and ten for its answer.
  knownAfterMs: 16_000,
  begin(house) {
    const pids = house.databasePids()
    signalAll(pids, 'SIGSTOP')
    return () => signalAll(pids, 'SIGCONT')
  },
}

const spilled = ({ dataDir }: House): string[] => {
  try {
    return readdirSync(join(dataDir, 'spill'))
  } catch {
    return []
  }
}

test.concurrent.for([death, silence])(
  '[GW-G7] [GW-P1] a database $name for longer than answers wait: they end with an error and come to the ledger once, new requests are refused',
  { timeout: 120_000 },
  async ({ name, ms, knownAfterMs, begin }, { onTestFinished }) => {
    const upstream = await startUpstreamProcess(wordMs)
    onTestFinished(() => upstream.signal('SIGTERM'))
    const house = createHouse(upstream.url)
    onTestFinished(() => house.remove())
    const portal = await house.start()
    const key = portal.key ?? ''
    // Known from here on: the key and its limits need no database.
    expect((await ask(portal.url, key, { kind: 'whole', words: 1 })).status).toBe(200)

    const inFlight = await startRequests(upstream, portal, key)
    const end = begin(house)
    const awayAt = performance.now()
    const meanwhile = startMeanwhile(portal, key)
    const cut = await Promise.all(inFlight)
    expect(performance.now() - awayAt, 'how long they waited').toBeLessThan(ms)
    expectCutOff(cut)
    expect(spilled(house).length).toBeGreaterThan(0)

    await sleep(awayAt + ms - performance.now())
    meanwhile.stop()
    const tooLate = meanwhile.outcomes.filter(({ startedAt }) => startedAt > awayAt + knownAfterMs)
    await eventually(() => expectRefused(tooLate), patienceMs).finally(end)
    const answered = [...cut, ...(await meanwhile.all())]
    expect(answered.filter(({ status }) => status !== 200 && status !== 503)).toEqual([])

    await eventually(async () => {
      expect((await ask(portal.url, key, { kind: 'whole', words: 1 })).status).toBe(200)
    })
    await eventually(() => expect(spilled(house)).toEqual([]), 30_000)
    const { rows, settled } = await checkLedger(house, answered)
    for (const { requestId, kind } of cut) {
      expect(settledAs[name]?.[kind]).toContain(rows.get(requestId ?? '')?.status)
    }
    process.stdout.write(
      `database ${name}: ${cut.length} cut off, ${tooLate.length} refused, ${settled} rows\n`,
    )
  },
)

// What a stream had delivered is charged, a body that was never sent is not: but a database that was only silent may
// have taken the row all the while.
const settledAs: Record<string, Record<Outcome['kind'], string[]>> = {
  dead: { stream: ['ok'], whole: ['portal_error'] },
  silent: { stream: ['ok'], whole: ['ok', 'portal_error'] },
}

/** Six streams and six whole answers, all on their way and none at its end. */
async function startRequests(
  upstream: UpstreamProcess,
  portal: Portal,
  key: string,
): Promise<Promise<Outcome>[]> {
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

/** Goes on asking. */
function startMeanwhile(portal: Portal, key: string) {
  const outcomes: Outcome[] = []
  const answers: Promise<Outcome>[] = []
  const onStart = (outcome: Outcome) => void outcomes.push(outcome)
  const timer = setInterval(() => {
    answers.push(ask(portal.url, key, { kind: answers.length % 2 ? 'whole' : 'stream', words: 2, onStart }))
  }, 250)
  return { outcomes, stop: () => clearInterval(timer), all: () => Promise.all(answers) }
}

function expectCutOff(outcomes: readonly Outcome[]): void {
  for (const outcome of outcomes) {
    expect(outcome.isWhole).toBe(false)
    expect(outcome.status).toBe(outcome.kind === 'stream' ? 200 : 503)
    expect(outcome.body).not.toContain('[DONE]')
    expect(errorOf(outcome)).toMatchObject({ code: 'unavailable' })
  }
}

function expectRefused(outcomes: readonly Outcome[]): void {
  expect(outcomes.length).toBeGreaterThan(0)
  expect(outcomes.filter(({ status }) => status !== 503)).toEqual([])
  for (const outcome of outcomes) {
    expect(errorOf(outcome)).toMatchObject({ code: 'unavailable' })
    expect(Number(outcome.headers['retry-after']), 'Retry-After').toBeGreaterThan(0)
  }
}

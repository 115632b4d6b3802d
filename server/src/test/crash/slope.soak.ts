import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { ask, type Outcome } from './client.ts'
import { openHouse } from './house.ts'
import { checkLedger } from './ledger-check.ts'
import { residentMiB } from './processes.ts'

const warmUpMs = 60_000
const measureMs = 240_000
const connections = 8
/** So that garbage is collected often, and what stays shows. */
const heapMiB = 96
const growthMiBMax = 32
/** An upstream that closes what is idle for so long, and does not say so. */
const idleMs = 200

test('[GW-U4] [GW-G1] under constant load memory does not keep growing, and connections that the upstream closes cost no request', async () => {
  const { url, connectionsMade } = await startImpatientUpstream()
  const house = openHouse(url)
  const portal = await house.start({ nodeOptions: [`--max-old-space-size=${heapMiB}`] })
  const load = startPulsingLoad(portal.url, portal.key ?? '')
  await sleep(warmUpMs)
  const samples = await sample(portal.pid)
  const outcomes = await load.stop()

  const { rows, settled } = await checkLedger(house, outcomes)
  const retried = [...rows.values()].filter(({ attempts }) => attempts > 1).length
  const growthMiB = slopeOf(samples) * measureMs
  process.stdout.write(
    `slope: ${outcomes.length} requests, ${connectionsMade()} connections to the upstream, ${retried} retried, ` +
      `${Math.round(samples.at(-1)?.[1] ?? 0)} MiB, ${growthMiB.toFixed(1)} MiB of growth\n`,
  )
  expect(outcomes.filter(({ isWhole }) => !isWhole)).toEqual([])
  expect(outcomes.length).toBeGreaterThan(200)
  expect(settled).toBe(outcomes.length)
  expect(connectionsMade(), 'the upstream has closed connections').toBeGreaterThan(connections * 2)
  expect(growthMiB).toBeLessThan(growthMiBMax)
}, 420_000)

async function startImpatientUpstream() {
  let made = 0
  const server = createServer({ keepAliveTimeout: idleMs, keepAliveTimeoutBuffer: 0 }, (req, res) => {
    // Said by hand, this comes without the hint that Node adds of itself.
    res.setHeader('connection', 'keep-alive')
    req.resume().on('end', () => {
      res.setHeader('content-type', 'application/json').end(answer)
    })
  }).on('connection', () => {
    made += 1
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    connectionsMade: () => made,
  }
}

const answer = JSON.stringify({
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 0,
  model: 'sandbox-model',
  choices: [{ index: 0, message: { role: 'assistant', content: 'So said.' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 2, completion_tokens: 2, total_tokens: 4 },
})

/** Asks without a pause for a while, then waits about as long as the upstream's patience lasts. */
function startPulsingLoad(url: string, key: string) {
  const outcomes: Outcome[] = []
  let isStopped = false
  const pulse = async (connection: number) => {
    for (let turn = connection; !isStopped; turn++) {
      for (let i = 0; i < 10; i++) outcomes.push(await ask(url, key, { kind: 'whole', words: 200 }))
      await sleep(idleMs * (0.75 + (turn % 10) / 20))
    }
  }
  const all = Promise.all(Array.from({ length: connections }, (_, connection) => pulse(connection)))
  return {
    async stop() {
      isStopped = true
      await all
      return outcomes
    },
  }
}

/** Pairs of milliseconds and MiB. */
async function sample(pid: number): Promise<[number, number][]> {
  const startedAt = performance.now()
  const samples: [number, number][] = []
  while (performance.now() - startedAt < measureMs) {
    samples.push([performance.now() - startedAt, residentMiB(pid)])
    await sleep(250)
  }
  return samples
}

/** Of the straight line with the least squares. */
function slopeOf(points: readonly (readonly [number, number])[]): number {
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  const [x, y] = [mean(points.map(([at]) => at)), mean(points.map(([, value]) => value))]
  const rise = points.reduce((sum, [at, value]) => sum + (at - x) * (value - y), 0)
  return rise / points.reduce((sum, [at]) => sum + (at - x) ** 2, 0)
}

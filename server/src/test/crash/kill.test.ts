import { randomInt } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Outcome } from './client.ts'
import { type House, openHouse, type Portal } from './house.ts'
import { checkLedger } from './ledger-check.ts'
import { startLoad } from './load.ts'
import { eventually, signalAll } from './processes.ts'
import { startUpstreamProcess, type UpstreamProcess } from './upstream.ts'

// biome-ignore lint/style/noProcessEnv: the soak asks for more
const rounds = Number(process.env.CRASH_ROUNDS ?? 2)
const longStreams = 4
const restartMsMax = 10_000
/** A request this old has its hold in the database, on the slowest machine. */
const surelyHeldMs = 1_000

let upstream: UpstreamProcess
beforeAll(async () => {
  upstream = await startUpstreamProcess(10)
})
afterAll(async () => {
  upstream.signal('SIGTERM')
  await upstream.exited
})

type Blow = (house: House, portal: Portal) => void

const killServer: Blow = (_, portal) => signalAll([portal.pid], 'SIGKILL')

const killBoth: Blow = (house, portal) => {
  const pids = [portal.pid, ...house.databasePids()]
  // Who dies first is chance, as in a power cut.
  signalAll(randomInt(2) ? pids : pids.reverse(), 'SIGKILL')
}

test.each([
  ['the server', killServer],
  ['the server and its database', killBoth],
])(
  '[GW-G1] [GW-G2] [GW-G5] [GW-G6] kill -9 of %s under load loses no row, makes none twice and sweeps the holds',
  async (what, blow) => {
    const house = openHouse(upstream.url)
    let portal = await house.start()
    const key = portal.key ?? ''
    const history: Outcome[] = []
    for (let round = 1; round <= rounds; round++) {
      const { outcomes, killedAt } = await strike(house, { portal, key, blow })
      history.push(...outcomes)
      await portal.exited
      portal = await house.start()
      expect(portal.readyMs, 'time to be back').toBeLessThan(restartMsMax)

      const { rows, settled } = await checkLedger(house, history)
      const underWay = outcomes.filter((outcome) => wasUnderWay(outcome, killedAt))
      expect(underWay.length).toBeGreaterThanOrEqual(longStreams)
      const died = underWay.map(({ requestId }) => rows.get(requestId ?? ''))
      expect(died).toEqual(
        underWay.map(() => expect.objectContaining({ status: 'node_died', estimated: true })),
      )
      const whole = history.filter(({ isWhole }) => isWhole).length
      process.stdout.write(
        `kill -9 of ${what}, round ${round}: ${whole} whole answers, ${settled} rows, ` +
          `${died.length} swept streams, back in ${Math.round(portal.readyMs)} ms\n`,
      )
    }
  },
  120_000,
)

/** Load until enough has happened, then the blow; resolves when every client has noticed. */
async function strike(
  house: House,
  { portal, key, blow }: { portal: Portal; key: string; blow: Blow },
): Promise<{ outcomes: Outcome[]; killedAt: number }> {
  const load = startLoad({ url: portal.url, key, longStreams })
  const enough = randomInt(50, 200)
  await eventually(() => {
    expect(load.whole().length).toBeGreaterThanOrEqual(enough)
    const now = performance.now()
    expect(load.outcomes.filter((outcome) => wasUnderWay(outcome, now)).length).toBeGreaterThanOrEqual(
      longStreams,
    )
  }, 30_000)
  const killedAt = performance.now()
  blow(house, portal)
  await load.stop()
  return { outcomes: load.outcomes, killedAt }
}

/** Begun long before, and not whole to this day. */
const wasUnderWay = ({ contentAt, isWhole, kind, body }: Outcome, at: number): boolean =>
  kind === 'stream' &&
  !isWhole &&
  contentAt !== null &&
  contentAt < at - surelyHeldMs &&
  !body.includes('finish_reason":"stop"')

// Once a minute the portal looks at itself and writes down how it is. It does so by its own clock and not as queued work:
// what is looked at must not decide whether it is looked at.
import type { Kysely } from 'kysely'
import type { Tables } from '../db/index.ts'
import type { Log } from '../log/index.ts'
import { keepIncidents, tellGap } from './automatic.ts'
import type { Chronicle } from './chronicle.ts'
import type { Finding } from './finding.ts'
import { minuteMs, minuteOf } from './minute.ts'
import { lastMinute, listKnown, recordMinute } from './minutes.ts'

/** The portal's look at itself. */
export type Heartbeat = {
  /** Looks and records this minute, once. @throws where the database does not take it */
  beat: () => Promise<void>
  /** Does so now and every minute, until `close`. */
  start: () => void
  close: () => Promise<void>
}

type HeartbeatDeps = {
  db: Kysely<Tables>
  look: () => Promise<Finding[]>
  chronicle: Chronicle
  /** Told when something was recorded. */
  onBeat: (findings: readonly Finding[]) => Promise<void>
  log: Pick<Log, 'warn'>
  /** Milliseconds since 1970. */
  now: () => number
}

/** Timers may go off early: a beat belongs to its minute beyond doubt. */
const marginMs = 1_000

/** Builds it. */
export function createHeartbeat({ db, look, chronicle, onBeat, log, now }: HeartbeatDeps): Heartbeat {
  let timer: NodeJS.Timeout | undefined
  let underWay: Promise<void> = Promise.resolve()

  async function beat(): Promise<void> {
    const atMs = minuteOf(now())
    const findings = await look()
    await db.transaction().execute((trx) => record({ trx, chronicle }, atMs, findings))
    await onBeat(findings)
  }

  function again(): void {
    const atMs = now()
    timer = setTimeout(tick, minuteOf(atMs) + minuteMs + marginMs - atMs)
    timer.unref()
  }
  function tick(): void {
    again()
    underWay = beat().catch((err: unknown) => log.warn({ err }, 'this minute could not be recorded'))
  }

  return {
    beat,
    start: tick,
    async close() {
      clearTimeout(timer)
      await underWay
    },
  }
}

type Deps = { trx: Kysely<Tables>; chronicle: Chronicle }

async function record(deps: Deps, atMs: number, findings: readonly Finding[]): Promise<void> {
  const { trx } = deps
  const [last, known] = [await lastMinute(trx), await listKnown(trx)]
  if (!(await recordMinute(trx, atMs, findings))) return
  if (last !== null && last < atMs - minuteMs) {
    await tellGap(deps, { fromMs: last + minuteMs, toMs: atMs, components: known })
  }
  await keepIncidents(deps, { atMs, findings })
}

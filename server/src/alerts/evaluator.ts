// When alerts are looked at: soon after something was used, and every few minutes whatever may have been missed. Never
// in the path of a request.
import { sql } from 'kysely'
import type { AlertsDeps } from './deps.ts'
import type { Evaluate } from './evaluate.ts'

/** What looks at alerts, of one process. */
export type Evaluator = {
  /** Something has changed for an organisation: its alerts are looked at soon, together with those of others. */
  touch: (organisationId: string) => void
  /** Begins, with all that may have happened while nobody looked. */
  start: () => void
  close: () => Promise<void>
}

type EvaluatorDeps = Pick<AlertsDeps, 'db' | 'events' | 'log' | 'now'> & { evaluate: Evaluate }

/** From the first use on, for others to come along. */
const gatherMs = 300
/** Looking takes at most a fifth of the time, however busy the portal is. */
const restFactor = 4
const sweepEveryMs = 120_000
/** What a sweep looks back on: rows come late, and a billing period is a month at most. */
const sweepBackMs = 3_600_000
const longestPeriodMs = 32 * 86_400_000

/** Builds it; nothing happens before `start`. */
export function createEvaluator({ db, events, log, now, evaluate }: EvaluatorDeps): Evaluator {
  const touched = new Set<string>()
  let underWay: Promise<void> | null = null
  let timer: NodeJS.Timeout | undefined
  let sweeping: NodeJS.Timeout | undefined
  let isClosed = false
  let unsubscribe = () => {}

  const wake = (afterMs: number): void => {
    if (isClosed || timer || underWay || touched.size === 0) return
    timer = setTimeout(() => {
      timer = undefined
      underWay = lookAtAll()
    }, afterMs).unref()
  }

  async function lookAtAll(): Promise<void> {
    const startedAt = performance.now()
    const organisationIds = [...touched]
    touched.clear()
    for (const organisationId of organisationIds) {
      if (isClosed) break
      // The next use, or the next sweep, tries again.
      await evaluate(organisationId).catch((err) =>
        log.warn({ err, organisationId }, 'alerts could not be looked at'),
      )
    }
    underWay = null
    wake(Math.max(gatherMs, (performance.now() - startedAt) * restFactor))
  }

  const touch = (organisationId: string): void => {
    touched.add(organisationId)
    wake(gatherMs)
  }

  async function sweep(sinceMs: number): Promise<void> {
    try {
      for (const id of await organisationsToLookAt(db, new Date(now() - sinceMs))) touch(id)
    } catch (err) {
      log.warn({ err }, 'alerts could not be swept')
    }
  }

  return {
    touch,
    start() {
      unsubscribe = events.subscribe((event) => {
        if (event.type === 'organisation-changed') touch(event.organisationId)
      })
      void sweep(longestPeriodMs)
      sweeping = setInterval(() => void sweep(sweepBackMs), sweepEveryMs).unref()
    },
    async close() {
      isClosed = true
      unsubscribe()
      clearTimeout(timer)
      clearInterval(sweeping)
      await underWay
    },
  }
}

/** Those that used something since the instant, or have something open: a new period may have begun. */
async function organisationsToLookAt(db: AlertsDeps['db'], since: Date): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select organisations.id from organisations
    where exists (
        select from usage_rollups where organisation_id = organisations.id and bucket_at >= ${since}
      ) or exists (
        select from alerts join alert_firings on alert_id = alerts.id
        where organisation_id = organisations.id and resolved_at is null
      )`.execute(db)
  return rows.map(({ id }) => id)
}

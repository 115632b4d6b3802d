// Looks whether alerts of an organisation have something to say. Any number of processes may look at once: who says it
// is decided by the row of the alert, and by one row for each threshold and period.
import type { Kysely } from 'kysely'
import { findEntitlements } from '../accounts/index.ts'
import type { Tables } from '../db/index.ts'
import { isNews, judge, thresholdsOf, type Verdict } from './crossing.ts'
import type { AlertsDeps } from './deps.ts'
import { type EventRow, insertEvent, nextEventId } from './event-store.ts'
import { basisOf, type Figures, measuring, periodOf } from './figures.ts'
import type { Notify } from './notify.ts'
import {
  type AlertRow,
  type FiringRow,
  insertFirings,
  listAlerts,
  listFirings,
  lockEnabledAlert,
  setResolved,
} from './store.ts'

type EvaluateDeps = Pick<AlertsDeps, 'db' | 'now'> & { notify: Notify }
/** Looks at an organisation's alerts now. */
export type Evaluate = (organisationId: string) => Promise<void>

/** So long after its end a period is judged once more: what was used in its last moments is settled later. */
const lateMs = 3_600_000

/** Builds it. */
export const createEvaluate =
  (deps: EvaluateDeps): Evaluate =>
  async (organisationId) => {
    const alerts = (await listAlerts(deps.db, organisationId)).filter(({ enabled }) => enabled)
    if (alerts.length === 0) return
    const at = deps.now()
    const entitlements = await findEntitlements(deps.db, organisationId)
    const begun = Map.groupBy(alerts, (alert) => periodOf(alert, entitlements, at).startsAt)
    for (const [startsAt, some] of begun) {
      const wereSo = some.filter(({ set_at, created_at }) => (set_at ?? created_at).getTime() < startsAt)
      if (at - startsAt < lateMs && wereSo.length > 0) await lookAt(deps, wereSo, { asOf: startsAt - 1 })
    }
    await lookAt(deps, alerts, { asOf: null })
  }

/** As of now, or of the last moment of a period that has ended. */
type Look = { asOf: number | null }

async function lookAt(deps: EvaluateDeps, alerts: readonly AlertRow[], { asOf }: Look): Promise<void> {
  const { db, now } = deps
  const [first] = alerts
  if (!first) return
  const measure = await measuring(db, first.organisation_id, asOf ?? now())
  const figures = await Promise.all(alerts.map((alert) => measure(alert)))
  const firings = await listFirings(
    db,
    alerts.map(({ id }) => id),
    new Date(Math.min(...figures.map(({ period }) => period.startsAt))),
  )
  for (const [i, alert] of alerts.entries()) {
    const own = firings.filter(({ alert_id }) => alert_id === alert.id)
    const read = figures[i]
    if (read && isNews(verdictOn(alert, { figures: read, firings: own, asOf })))
      await settle(deps, alert, asOf)
  }
}

type Read = Look & { figures: Figures; firings: readonly FiringRow[] }

function verdictOn(alert: AlertRow, { figures, firings, asOf }: Read): Verdict {
  const basis = basisOf(alert, figures)
  const verdict = judge(figures, { thresholds: thresholdsOf(alert), basis, firings })
  // What is over is only told of: the look at the period under way resolves it.
  return asOf === null ? verdict : { ...verdict, reopen: [], resolve: [] }
}

/** Once more with the alert held: what was read before may be older than what another process has said since. */
function settle({ db, now, notify }: EvaluateDeps, { id }: AlertRow, asOf: number | null): Promise<void> {
  return db.transaction().execute(async (trx) => {
    const alert = await lockEnabledAlert(trx, id)
    if (!alert) return
    const at = new Date(now())
    const figures = await (await measuring(trx, alert.organisation_id, asOf ?? at.getTime()))(alert)
    const firings = await listFirings(trx, [id], new Date(figures.period.startsAt))
    const verdict = verdictOn(alert, { figures, firings, asOf })
    await setResolved(trx, verdict.resolve, at)
    await setResolved(trx, verdict.reopen, null)
    const telling = { trx, alert, figures, at, notify }
    if (verdict.resolve.length > 0) await tellResolved(telling, verdict.resolve)
    if (verdict.fire.length > 0) await tellTriggered(telling, verdict)
  })
}

type Telling = { trx: Kysely<Tables>; alert: AlertRow; figures: Figures; at: Date; notify: Notify }

async function tellResolved({ trx, alert, figures, at, notify }: Telling, resolved: readonly FiringRow[]) {
  const isOfNow = ({ period_starts_at }: FiringRow) => period_starts_at.getTime() === figures.period.startsAt
  const thresholds = [...new Set(resolved.map(({ threshold }) => threshold))].toSorted((a, b) => a - b)
  const reason = resolved.some(isOfNow) ? 'back_under' : 'new_period'
  const event = await recordEvent(trx, { alert, figures, at }, { type: 'resolved', thresholds, reason })
  await notify(trx, alert, event)
}

/** All that were crossed are written down; the highest is told of, where it is more than was told before. */
async function tellTriggered({ trx, alert, figures, at, notify }: Telling, { fire, isHigher }: Verdict) {
  const event = await recordEvent(
    trx,
    { alert, figures, at },
    { type: 'triggered', thresholds: fire, reason: null },
  )
  await insertFirings(
    trx,
    fire.map((threshold) => ({
      ...{ alert_id: alert.id, period_starts_at: event.period_starts_at, threshold, event_id: event.id },
      ...{ basis: basisOf(alert, figures), fired_at: at },
    })),
  )
  if (isHigher) await notify(trx, alert, event)
}

type Moment = { alert: AlertRow; figures: Figures; at: Date }
type Said = Pick<EventRow, 'type' | 'thresholds' | 'reason'>

/** Records what an alert says, with the figures of the moment. */
export async function recordEvent(
  trx: Kysely<Tables>,
  { alert, figures: { period, used, limit }, at }: Moment,
  said: Said,
): Promise<EventRow> {
  const event = {
    id: await nextEventId(trx, alert.organisation_id, at),
    ...{ organisation_id: alert.organisation_id, alert_id: alert.id, at, ...said },
    ...{ measure: alert.measure, period: alert.period, used, limit_amount: limit },
    ...{ period_starts_at: new Date(period.startsAt), period_ends_at: new Date(period.endsAt) },
  }
  await insertEvent(trx, event)
  return event
}

import {
  type Alert,
  type AlertEvent,
  type CreateAlertBody,
  isId,
  newId,
  type UpdateAlertBody,
} from '@portal/contract'
import type { Kysely } from 'kysely'
import type { Tables } from '../db/index.ts'
import { AppError } from '../errors.ts'
import type { Principal } from '../http/index.ts'
import { showAlerts } from './alert.ts'
import { blankAlert, fieldsOf, requireRoomForAlert } from './alert-fields.ts'
import type { Asking, Changing, MakeChange } from './change.ts'
import { thresholdsOf } from './crossing.ts'
import type { AlertsDeps } from './deps.ts'
import { recordEvent } from './evaluate.ts'
import { measuring } from './figures.ts'
import { type AlertPage, type HistoryQuery, historyOf, showEvent } from './history.ts'
import { restorableMs, testing } from './limits.ts'
import type { Notify } from './notify.ts'
import type { OutgoingAddresses } from './outgoing-address.ts'
import { mayManageAlerts, roleOf } from './policy.ts'
import * as store from './store.ts'

/** The alerts of the organisation that somebody acts for; every other's is not_found. Changes throw permission_denied. */
export type AlertList = {
  list: (principal: Principal) => Promise<{ data: Alert[]; mayManage: boolean }>
  get: (principal: Principal, id: string) => Promise<Alert>
  /** @throws AppError invalid_request, conflict beyond 50 */
  create: (asking: Asking, body: CreateAlertBody) => Promise<Alert>
  /** @throws AppError invalid_request */
  update: (asking: Asking, id: string, body: UpdateAlertBody) => Promise<Alert>
  remove: (asking: Asking, id: string) => Promise<void>
  /** Within a day. @throws AppError conflict beyond 50 */
  restore: (asking: Asking, id: string) => Promise<Alert>
  /** Tells everybody it tells, as a test. @throws AppError conflict where that is nobody, rate_limit_exceeded */
  test: (asking: Asking, id: string) => Promise<AlertEvent>
  /** @throws AppError invalid_request for a cursor that is none */
  history: (principal: Principal, query: HistoryQuery) => Promise<AlertPage>
}

type AlertListDeps = AlertsDeps & {
  addresses: OutgoingAddresses
  notify: Notify
  /** Has the alerts of an organisation looked at soon. */
  touch: (organisationId: string) => void
}

/** Builds them. */
export function createAlertList(deps: AlertListDeps, change: MakeChange): AlertList {
  const { db, throttles, now, touch } = deps
  const show = async (principal: Principal, id: string): Promise<Alert> => {
    const row = await requireAlert(db, principal.organisationId, id)
    const [alert] = await showAlerts(db, { principal, now: now() }, [row])
    if (!alert) throw noSuchAlert()
    return alert
  }
  /** Makes a change that may have something to say at once, and shows what came of it. */
  const changed = async (asking: Asking, act: (changing: Changing) => Promise<string>): Promise<Alert> => {
    const id = await change(asking, act)
    touch(asking.principal.organisationId)
    return show(asking.principal, id)
  }

  return {
    async list(principal) {
      const rows = await store.listAlerts(db, principal.organisationId)
      return {
        data: await showAlerts(db, { principal, now: now() }, rows),
        mayManage: mayManageAlerts(roleOf(principal)),
      }
    },
    get: show,
    create: (asking, body) =>
      changed(asking, async ({ trx, organisationId, at, record }) => {
        await requireRoomForAlert(trx, organisationId)
        const id = newId('alert', at.getTime())
        const blank = blankAlert(id, organisationId)
        const fields = await fieldsOf(deps, trx, { given: body, of: blank })
        await store.insertAlert(trx, { ...blank, ...fields, name: body.name, created_at: at })
        await record('alert.created', { alertId: id, name: body.name })
        return id
      }),
    update: (asking, id, body) =>
      changed(asking, async (changing) => {
        const before = await requireAlert(changing.trx, changing.organisationId, id)
        await update(deps, changing, { before, body })
        return id
      }),
    remove: (asking, id) =>
      change(asking, async ({ trx, organisationId, at, record }) => {
        const { name } = await requireAlert(trx, organisationId, id)
        await store.updateAlert(trx, id, { deleted_at: at })
        await record('alert.deleted', { alertId: id, name })
      }),
    restore: (asking, id) => changed(asking, (changing) => restore(changing, id)),
    async test(asking, id) {
      const { principal } = asking
      const { organisationId } = principal
      await requireAlert(db, organisationId, id)
      await throttles.take(testing, organisationId)
      const eventId = await change(asking, (changing) => tell(deps, changing, id))
      return showEvent(db, principal, eventId)
    },
    history: (principal, query) => historyOf(db, principal, query),
  }
}

async function update(
  deps: AlertListDeps,
  { trx, at, record }: Changing,
  { before, body }: { before: store.AlertRow; body: UpdateAlertBody },
): Promise<void> {
  const { id } = before
  const fields = await fieldsOf(deps, trx, { given: body, of: before })
  await store.updateAlert(trx, id, { ...fields, set_at: at })
  const after = { ...before, ...fields }
  // What is no longer counted, or looked at, is over without a word: nobody asked.
  const isSame =
    after.enabled &&
    (['measure', 'period', 'key_id', 'model'] as const).every((name) => after[name] === before[name])
  const kept = new Set(isSame ? thresholdsOf(after) : [])
  const open = await store.listOpenFirings(trx, id)
  await store.setResolved(
    trx,
    open.filter(({ threshold }) => !kept.has(threshold)),
    at,
  )
  await record('alert.updated', {
    alertId: id,
    name: body.name ?? before.name,
    fields: Object.keys(body).join(', '),
  })
}

async function restore({ trx, organisationId, at, record }: Changing, id: string): Promise<string> {
  const since = new Date(at.getTime() - restorableMs)
  const row = isId('alert', id) && (await store.findDeletedAlert(trx, { organisationId, id, since }))
  if (!row) throw noSuchAlert()
  await requireRoomForAlert(trx, organisationId)
  await store.updateAlert(trx, id, { deleted_at: null })
  await record('alert.restored', { alertId: id, name: row.name })
  return id
}

/** Says that this is a test to everybody whom an alert tells; the event's id. */
async function tell(
  { notify }: AlertListDeps,
  { trx, organisationId, at, record }: Changing,
  id: string,
): Promise<string> {
  const alert = await requireAlert(trx, organisationId, id)
  const figures = await (await measuring(trx, organisationId, at.getTime()))(alert)
  const event = await recordEvent(trx, { alert, figures, at }, { type: 'test', thresholds: [], reason: null })
  await notify(trx, alert, event)
  const told = await trx
    .selectFrom('deliveries')
    .select('id')
    .where('alert_event_id', '=', event.id)
    .execute()
  if (told.length === 0)
    throw new AppError('conflict', {
      message: 'This alert tells nobody. Choose mail, Slack or a webhook first.',
    })
  await record('alert.tested', { alertId: id, name: alert.name })
  return event.id
}

async function requireAlert(db: Kysely<Tables>, organisationId: string, id: string): Promise<store.AlertRow> {
  const row = isId('alert', id) && (await store.findAlert(db, organisationId, id))
  if (!row) throw noSuchAlert()
  return row
}

const noSuchAlert = () => new AppError('not_found', { message: 'There is no such alert.' })

// Alerts as they are shown, to those who manage them and to those who may look.
import { type Alert, type AlertState, type Delivery, severityOf } from '@portal/contract'
import type { Kysely } from 'kysely'
import type { Tables } from '../db/index.ts'
import type { Principal } from '../http/index.ts'
import { deliveryFromRow } from './delivery.ts'
import { listLatestOfAlerts } from './delivery-store.ts'
import { amountOf, type Figures, measuring, percentOf } from './figures.ts'
import { mayManageAlerts, roleOf } from './policy.ts'
import { type AlertRow, type FiringRow, listFirings } from './store.ts'
import { listWebhooks } from './webhook-store.ts'

/** Alerts of one organisation with their states, as somebody may see them. */
export async function showAlerts(
  db: Kysely<Tables>,
  { principal, now }: { principal: Principal; now: number },
  rows: readonly AlertRow[],
): Promise<Alert[]> {
  const { organisationId } = principal
  const mayManage = mayManageAlerts(roleOf(principal))
  const ids = rows.map(({ id }) => id)
  const measure = await measuring(db, organisationId, now)
  const [figures, firings, latest, names] = await Promise.all([
    Promise.all(rows.map((row) => measure(row))),
    listFirings(db, ids, new Date(now)),
    mayManage ? listLatestOfAlerts(db, ids) : [],
    namesFor(db, organisationId, rows),
  ])
  return rows.flatMap((row, i) => {
    const read = figures[i]
    if (!read) return []
    const own = firings.filter(({ alert_id }) => alert_id === row.id)
    const failed = latest
      .filter(({ alert_id }) => alert_id === row.id)
      .map(deliveryFromRow)
      .findLast(({ lastError }) => lastError !== null)
    return [
      {
        ...settingsOf(row, names),
        ...(!mayManage && nobodyTold),
        state: stateOf(row, { figures: read, firings: own, seesUse: mayManage || isOpenToAll(row) }),
        failure: failed ? failureOf(failed) : null,
      },
    ]
  })
}

/** Whom an alert tells is for those who manage it. */
const nobodyTold = { mail: { owners: false, admins: false, members: [] }, slack: null, webhooks: [] }

const failureOf = ({ channel, lastError, lastAttemptAt, createdAt }: Delivery) => ({
  ...{ channel, error: lastError ?? '', at: lastAttemptAt ?? createdAt },
})

/** Everybody sees how far the plan has gone, and nothing else of what others used. */
export const isOpenToAll = ({
  measure,
  key_id,
  model,
}: Pick<AlertRow, 'measure' | 'key_id' | 'model'>): boolean =>
  measure === 'tokens' && key_id === null && model === null

type Seen = { figures: Figures; firings: readonly FiringRow[]; seesUse: boolean }

function stateOf(row: AlertRow, { figures, firings, seesUse }: Seen): AlertState {
  const { period, used, limit } = figures
  const [highest] = firings
    .filter(
      ({ resolved_at, period_starts_at }) => !resolved_at && period_starts_at.getTime() === period.startsAt,
    )
    .sort((a, b) => b.threshold - a.threshold)
  return {
    ...{ from: new Date(period.startsAt).toISOString(), to: new Date(period.endsAt).toISOString() },
    used: seesUse ? amountOf(row, used) : null,
    limit: limit === null ? null : amountOf(row, limit),
    percent: seesUse ? percentOf(used, limit) : null,
    threshold: (seesUse && highest?.threshold) || null,
    severity: seesUse && highest ? severityOf(highest.threshold) : null,
    firedAt: (seesUse && highest?.fired_at.toISOString()) || null,
  }
}

type Names = { keys: Map<string, string>; users: Map<string, string>; webhooks: Map<string, string> }

function settingsOf(row: AlertRow, { keys, users, webhooks }: Names): Omit<Alert, 'state' | 'failure'> {
  const { key_id: keyId, limit_amount: limit } = row
  return {
    ...{ id: row.id, name: row.name, enabled: row.enabled, measure: row.measure, period: row.period },
    limit: limit === null ? 'plan' : amountOf(row, limit),
    apiKey: keyId === null ? null : { id: keyId, name: keys.get(keyId) ?? null },
    ...{ model: row.model, thresholds: row.thresholds, recurringStepPercent: row.recurring_step },
    mail: {
      ...{ owners: row.mails_owners, admins: row.mails_admins },
      members: row.mail_user_ids.map((id) => ({ id, name: users.get(id) ?? null })),
    },
    slack: row.slack_host === null ? null : { host: row.slack_host },
    webhooks: row.webhook_ids.flatMap((id) => {
      const description = webhooks.get(id)
      return description === undefined ? [] : [{ id, description }]
    }),
    createdAt: row.created_at.toISOString(),
  }
}

async function namesFor(
  db: Kysely<Tables>,
  organisationId: string,
  rows: readonly AlertRow[],
): Promise<Names> {
  const keyIds = rows.flatMap(({ key_id }) => key_id ?? [])
  const userIds = rows.flatMap(({ mail_user_ids }) => mail_user_ids)
  const [keys, users, webhooks] = await Promise.all([
    keyIds.length > 0
      ? db.selectFrom('api_keys').select(['id', 'name']).where('id', 'in', keyIds).execute()
      : [],
    userIds.length > 0
      ? db
          .selectFrom('members')
          .innerJoin('users', 'users.id', 'members.user_id')
          .select(['users.id', 'users.name'])
          .where('members.organisation_id', '=', organisationId)
          .where('users.id', 'in', userIds)
          .execute()
      : [],
    listWebhooks(db, organisationId),
  ])
  const named = (of: readonly { id: string; name: string }[]) => new Map(of.map(({ id, name }) => [id, name]))
  return {
    ...{ keys: named(keys), users: named(users) },
    webhooks: new Map(webhooks.map(({ id, description, url }) => [id, description || new URL(url).host])),
  }
}

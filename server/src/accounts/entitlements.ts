import type { Kysely, Selectable } from 'kysely'
import type { Tables } from '../db/index.ts'
import { AppError } from '../errors.ts'
import type { Entitlements } from '../http/index.ts'
import { overridesInForce } from './overrides.ts'

/** What to select from organisations joined with their plans for `entitlementsFromRow`. */
export const entitlementColumns = [
  'plans.tier',
  'plans.tokens_per_month',
  'plans.token_ceiling_percent',
  'plans.keys_max',
  'plans.storage_bytes_max',
  'plans.parallel_max',
  'plans.requests_per_minute',
  'organisations.billing_anchor_at',
  'organisations.overrides',
  'organisations.suspended_at as organisation_suspended_at',
] as const

type EntitlementsRow = Pick<
  Selectable<Tables['plans'] & Tables['organisations']>,
  | 'tier'
  | 'tokens_per_month'
  | 'token_ceiling_percent'
  | 'keys_max'
  | 'storage_bytes_max'
  | 'parallel_max'
  | 'requests_per_minute'
  | 'billing_anchor_at'
  | 'overrides'
> & { organisation_suspended_at: Date | null }

/** What an organisation is allowed at an instant, from a row of `entitlementColumns`. */
export const entitlementsFromRow = (row: EntitlementsRow, atMs: number = Date.now()): Entitlements => ({
  ...planFromRow(row),
  ...overridesInForce(row.overrides, atMs),
})

const planFromRow = (row: EntitlementsRow): Entitlements => ({
  tier: row.tier,
  tokensPerMonth: row.tokens_per_month === null ? null : Number(row.tokens_per_month),
  tokenCeilingPercent: row.token_ceiling_percent,
  keysMax: row.keys_max,
  storageBytesMax: row.storage_bytes_max === null ? null : Number(row.storage_bytes_max),
  parallelMax: row.parallel_max,
  requestsPerMinute: row.requests_per_minute,
  tokensPerDay: null,
  billingAnchorAt: row.billing_anchor_at.getTime(),
  isSuspended: row.organisation_suspended_at !== null,
})

/**
 * What an organisation's plan allows.
 * @throws AppError not_found
 */
export async function findEntitlements(db: Kysely<Tables>, organisationId: string): Promise<Entitlements> {
  const row = await db
    .selectFrom('organisations')
    .innerJoin('plans', 'plans.id', 'organisations.plan_id')
    .select(entitlementColumns)
    .where('organisations.id', '=', organisationId)
    .executeTakeFirst()
  if (!row) throw new AppError('not_found', { message: 'There is no such organisation.' })
  return entitlementsFromRow(row)
}

/**
 * The same under a lock that lasts until the transaction of `db` ends. Whatever a plan limits the number of is
 * counted and made under this lock, so that no two requests take the last place.
 * @throws AppError not_found
 */
export async function lockEntitlements(db: Kysely<Tables>, organisationId: string): Promise<Entitlements> {
  // A statement of its own: what is joined in a locking one may be older than the locked row.
  await db
    .selectFrom('organisations')
    .select('id')
    .where('id', '=', organisationId)
    .forNoKeyUpdate()
    .executeTakeFirst()
  return findEntitlements(db, organisationId)
}

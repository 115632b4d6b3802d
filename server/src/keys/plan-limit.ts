import type { Kysely } from 'kysely'
import type { Tables } from '../db/index.ts'
import { AppError } from '../errors.ts'
import type { Entitlements } from '../http/index.ts'
import { countActiveKeys } from './store.ts'

/**
 * Refuses, after a key became active, when there are now more of them than the plan allows. Exact only in the
 * transaction that holds `lockEntitlements`.
 * @throws AppError plan_limit_reached
 */
export async function requireWithinPlan(
  db: Kysely<Tables>,
  { organisationId, plan, at }: { organisationId: string; plan: Entitlements; at: Date },
): Promise<void> {
  const { keysMax, tier } = plan
  if (keysMax === null || (await countActiveKeys(db, organisationId, at)) <= keysMax) return
  throw new AppError('plan_limit_reached', {
    message: `Your organisation may have ${keysMax} active API ${keysMax === 1 ? 'key' : 'keys'}. Revoke one that is no longer needed, or ask whoever runs the portal for more.`,
    meta: { limit: keysMax, plan: tier },
  })
}

import { isId, type OrganisationRole } from '@portal/contract'
import type { Kysely } from 'kysely'
import { lockEntitlements } from '../accounts/index.ts'
import type { AuditOrigin } from '../audit/index.ts'
import type { Tables } from '../db/index.ts'
import { AppError } from '../errors.ts'
import type { Events } from '../events/index.ts'
import type { Entitlements, Principal } from '../http/index.ts'
import type { KeyRow } from './key.ts'
import { mayChangeKeyOf, mayChangeKeys } from './policy.ts'
import type { Principals } from './principals.ts'
import { findKey, findRole } from './store.ts'

/** Who changes keys, and from where; without that, the portal itself does it for them. */
export type KeyActor = Principal & { from?: AuditOrigin }

/** What a change of keys works with, inside its transaction. */
export type Changing = {
  trx: Kysely<Tables>
  principal: KeyActor
  /** The principal’s, as it is now. */
  role: OrganisationRole
  plan: Entitlements
  at: Date
}

/** Runs changes of keys, those of one organisation one after another. */
export type KeyChanges = {
  /** In a transaction of its own, or inside the one given. @throws AppError permission_denied */
  inOrganisation: <T>(
    principal: KeyActor,
    change: (changing: Changing) => Promise<T>,
    within?: Kysely<Tables>,
  ) => Promise<T>
  /** The same for one key, of which every process is told when it commits. @throws AppError not_found, permission_denied */
  ofKey: <T>(
    principal: KeyActor,
    keyId: string,
    change: (key: KeyRow, changing: Changing) => Promise<T>,
  ) => Promise<T>
}

type KeyChangesDeps = {
  db: Kysely<Tables>
  events: Pick<Events, 'publish'>
  principals?: Pick<Principals, 'forgetKey'> | undefined
  now: () => number
}

/** Builds the changes of one database. */
export function createKeyChanges({ db, events, principals, now }: KeyChangesDeps): KeyChanges {
  const inOrganisation: KeyChanges['inOrganisation'] = (principal, change, within) => {
    const run = async (trx: Kysely<Tables>) => {
      const plan = await lockEntitlements(trx, principal.organisationId)
      // Read under the lock that whoever takes somebody out of the organisation holds too.
      const role = await findRole(trx, principal.organisationId, principal.userId)
      if (!role) throw refusal('You are no longer a member of this organisation.')
      requireMay(mayChangeKeys(role))
      return change({ trx, principal, role, plan, at: new Date(now()) })
    }
    return within ? run(within) : db.transaction().execute(run)
  }
  return {
    inOrganisation,
    async ofKey(principal, keyId, change) {
      const result = await inOrganisation(principal, async (changing) => {
        const key = await requireKey(changing.trx, principal, keyId)
        requireMay(mayChangeKeyOf({ role: changing.role, userId: principal.userId }, key.user_id))
        const outcome = await change(key, changing)
        await events.publish(changing.trx, { type: 'key-changed', keyId })
        return outcome
      })
      // The announcement takes a moment to come round; here the next request has to see the change.
      principals?.forgetKey(keyId)
      return result
    },
  }
}

function requireMay(verdict: true | string): void {
  if (verdict !== true) throw refusal(verdict)
}

const refusal = (message: string) => new AppError('permission_denied', { message })

/**
 * A key of the principal's organisation; another's and none are answered alike.
 * @throws AppError not_found
 */
export async function requireKey(db: Kysely<Tables>, principal: Principal, keyId: string): Promise<KeyRow> {
  const key = isId('key', keyId) ? await findKey(db, keyId, principal.organisationId) : undefined
  if (!key) throw new AppError('not_found', { message: 'There is no such API key.' })
  return key
}

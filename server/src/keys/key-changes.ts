import type { Kysely } from 'kysely'
import { lockEntitlements } from '../accounts/index.ts'
import type { Tables } from '../db/index.ts'
import { AppError } from '../errors.ts'
import type { Events } from '../events/index.ts'
import type { Entitlements, Principal } from '../http/index.ts'
import type { KeyRow } from './key.ts'
import type { Principals } from './principals.ts'
import { findKey } from './store.ts'

/** What a change of keys works with, inside its transaction. */
export type Changing = {
  trx: Kysely<Tables>
  principal: Principal
  plan: Entitlements
  at: Date
}

/** Runs changes of keys, those of one organisation one after another. */
export type KeyChanges = {
  /** In a transaction of its own, or inside the one given. */
  inOrganisation: <T>(
    principal: Principal,
    change: (changing: Changing) => Promise<T>,
    within?: Kysely<Tables>,
  ) => Promise<T>
  /** The same for one key, of which every process is told when it commits. @throws AppError not_found */
  ofKey: <T>(
    principal: Principal,
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
      return change({ trx, principal, plan, at: new Date(now()) })
    }
    return within ? run(within) : db.transaction().execute(run)
  }
  return {
    inOrganisation,
    async ofKey(principal, keyId, change) {
      const result = await inOrganisation(principal, async (changing) => {
        const key = await requireKey(changing.trx, principal, keyId)
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

/**
 * A key of the principal's organisation; another's and none are answered alike.
 * @throws AppError not_found
 */
export async function requireKey(db: Kysely<Tables>, principal: Principal, keyId: string): Promise<KeyRow> {
  const key = isKeyId(keyId) ? await findKey(db, keyId, principal.organisationId) : undefined
  if (!key) throw new AppError('not_found', { message: 'There is no such API key.' })
  return key
}

/** Whether a text has the shape of a key's id: what has not is never sent to the database. */
export const isKeyId = (text: string): boolean => /^key_[0-9a-z]{26}$/.test(text)

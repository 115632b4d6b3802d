import { isId, type Passkey } from '@portal/contract'
import { AppError } from '../../errors.ts'
import type { Caller, Principal } from '../../http/index.ts'
import type { Credentials } from '../credentials.ts'
import type { SignInDeps } from '../deps.ts'
import { findPerson } from '../store.ts'
import { lockPerson, requireAnotherWayIn } from '../ways-in.ts'
import { noteChange } from './change.ts'
import { passkeyFromRow } from './passkey.ts'
import * as store from './store.ts'

/** What somebody sees and changes of the passkeys they have. */
export type PasskeySettings = {
  list: (principal: Principal) => Promise<Passkey[]>
  /** @throws AppError not_found */
  rename: (principal: Principal, named: { id: string; name: string }) => Promise<Passkey>
  /**
   * Removes one, and signs every other device out.
   * @throws AppError invalid_credentials, sign_in_not_recent, rate_limit_exceeded, not_found, conflict where it is the only way in
   */
  remove: (
    principal: Principal,
    given: { id: string; password?: string | undefined },
    caller: Caller,
  ) => Promise<void>
}

/** Builds the settings. */
export function createPasskeySettings(
  deps: SignInDeps,
  credentials: Pick<Credentials, 'requireProof'>,
): PasskeySettings {
  const { db, sessions } = deps
  return {
    list: async ({ userId }) => (await store.listPasskeys(db, userId)).map(passkeyFromRow),
    async rename({ userId }, { id, name }) {
      const row = isId('passkey', id) && (await store.renamePasskey(db, { userId, id, name }))
      if (!row) throw new AppError('not_found')
      return passkeyFromRow(row)
    },
    async remove(principal, { id, password }, caller) {
      const { userId, person: inPerson } = principal
      await credentials.requireProof(principal, password)
      await db.transaction().execute(async (trx) => {
        await lockPerson(trx, userId)
        const person = await findPerson(trx, userId)
        const passkey = isId('passkey', id) && (await store.findPasskey(trx, userId, id))
        if (!person || !passkey) throw new AppError('not_found')
        await requireAnotherWayIn(trx, userId)
        await store.deletePasskey(trx, id)
        await sessions.endAll(trx, userId, inPerson?.sessionId ?? null)
        await noteChange(trx, deps, { person, principal, passkey, isAdded: false, caller })
      })
      sessions.forget(userId)
    },
  }
}

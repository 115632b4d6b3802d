import type { Kysely } from 'kysely'
import { recordOwnAct } from '../../audit/index.ts'
import type { Tables } from '../../db/index.ts'
import type { Caller, Principal } from '../../http/index.ts'
import type { SignInDeps } from '../deps.ts'
import { securityPage } from '../security-page.ts'
import type { PersonRow } from '../store.ts'
import type { PasskeyRow } from './store.ts'

type Change = {
  person: PersonRow
  principal: Principal
  passkey: PasskeyRow
  isAdded: boolean
  caller: Caller
}

/** Remembers that somebody added or removed a passkey, and tells them by mail. */
export async function noteChange(
  trx: Kysely<Tables>,
  { mail, now }: Pick<SignInDeps, 'mail' | 'now'>,
  { person, principal, passkey, isAdded, caller }: Change,
): Promise<void> {
  const atMs = now()
  await recordOwnAct(trx, {
    action: isAdded ? 'user.passkey-added' : 'user.passkey-removed',
    ...{ atMs, organisationId: principal.organisationId, userId: person.id, from: caller },
    details: { passkeyId: passkey.id, name: passkey.name },
  })
  await mail.send(trx, {
    ...{ kind: 'sign-in-method-changed', to: person.email, name: person.name, path: securityPage },
    ...{ method: `Passkey “${passkey.name}”`, isAdded, at: new Date(atMs) },
  })
}

import { nameText, type OAuthProvider } from '@portal/contract'
import type { Kysely } from 'kysely'
import { recordOwnAct } from '../audit/index.ts'
import type { Tables } from '../db/index.ts'
import { AppError } from '../errors.ts'
import type { Caller } from '../http/index.ts'
import type { Identity } from '../oauth/index.ts'
import type { SignInDeps } from './deps.ts'
import * as store from './store.ts'

type Newcomer = { provider: OAuthProvider; identity: Identity; email: string; caller: Caller }

/**
 * Makes somebody who comes with a confirmed address from another site, without a password.
 * @throws AppError switched_off, conflict where they, or somebody with the address, were made meanwhile
 */
export async function newPersonFrom(
  trx: Kysely<Tables>,
  { accounts, requireFeature, now }: SignInDeps,
  { provider, identity, email, caller }: Newcomer,
): Promise<store.PersonRow> {
  await requireFeature('sign-up')
  const name = nameText(100).safeParse(identity.name ?? '')
  const { user, organisation } = await accounts.createUserWithin(trx, {
    email,
    password: null,
    verified: true,
    ...(name.success && { name: name.data }),
  })
  const linked = { userId: user.id, provider, subject: identity.subject, email, nowMs: now() }
  if (!(await store.insertLinked(trx, linked))) throw new AppError('conflict')
  await recordOwnAct(trx, {
    action: 'user.registered',
    ...{ atMs: now(), organisationId: organisation.id, userId: user.id, from: caller, details: { provider } },
  })
  const person = await store.findPerson(trx, user.id)
  if (!person) throw new Error('Somebody who was just made is not there.')
  return person
}

import type { authEndpoints, OAuthProvider } from '@portal/contract'
import type { Kysely } from 'kysely'
import type { z } from 'zod'
import { recordOwnAct } from '../audit/index.ts'
import type { Tables } from '../db/index.ts'
import { AppError } from '../errors.ts'
import type { Caller, Principal } from '../http/index.ts'
import type { Identity } from '../oauth/index.ts'
import type { SignInDeps } from './deps.ts'
import { addressOf } from './issuer-address.ts'
import { OAuthRefusal } from './oauth-refusal.ts'
import { securityPage } from './security-page.ts'
import * as store from './store.ts'
import { lockPerson, requireAnotherWayIn } from './ways-in.ts'

/** Somebody's ways in besides passkeys. */
export type LinkedAccounts = {
  list: (principal: Principal) => Promise<z.output<(typeof authEndpoints)['listAccounts']['output']>>
  /** @throws AppError not_found, conflict for the last way in */
  unlink: (principal: Principal, provider: OAuthProvider, caller: Caller) => Promise<void>
}

type Link = { person: store.PersonRow; provider: OAuthProvider; identity: Identity; caller: Caller }
type Deps = Pick<SignInDeps, 'mail' | 'now'>

const names: Record<OAuthProvider, string> = { google: 'Google', github: 'GitHub' }

/** Builds them. */
export function createLinkedAccounts(deps: SignInDeps): LinkedAccounts {
  return {
    async list({ userId }) {
      const rows = await store.listAccounts(deps.db, userId)
      return rows.map(({ provider_id: providerId, email, created_at: at }) => ({
        providerId,
        email,
        createdAt: at.toISOString(),
      }))
    },
    async unlink({ userId }, provider, caller) {
      await deps.db.transaction().execute(async (trx) => {
        await lockPerson(trx, userId)
        const person = await store.findPerson(trx, userId)
        if (!person || !(await store.hasAccount(trx, userId, provider))) throw new AppError('not_found')
        await requireAnotherWayIn(trx, userId)
        await store.deleteAccount(trx, userId, provider)
        await tell(trx, deps, { person, provider, caller, isAdded: false })
      })
    },
  }
}

/**
 * Adds an identity to somebody's ways in, in the transaction that found it to be theirs, and tells them.
 * @throws OAuthRefusal where it became somebody else's meanwhile
 */
export async function linkAccount(
  trx: Kysely<Tables>,
  deps: Deps,
  { person, provider, identity, caller }: Link,
): Promise<void> {
  const isNew = await store.insertLinked(trx, {
    userId: person.id,
    provider,
    subject: identity.subject,
    email: addressOf(identity),
    nowMs: deps.now(),
  })
  if (!isNew) throw new OAuthRefusal('linked-elsewhere')
  await tell(trx, deps, { person, provider, caller, isAdded: true })
}

type Told = Pick<Link, 'person' | 'provider' | 'caller'> & { isAdded: boolean }

async function tell(trx: Kysely<Tables>, { mail, now }: Deps, { person, provider, caller, isAdded }: Told) {
  const atMs = now()
  const { id, email: to, name } = person
  await recordOwnAct(trx, {
    action: isAdded ? 'user.way-in-added' : 'user.way-in-removed',
    ...{ atMs, organisationId: null, userId: id, from: caller, details: { provider } },
  })
  await mail.send(trx, {
    kind: 'sign-in-method-changed',
    ...{ to, name, method: names[provider], isAdded, at: new Date(atMs), path: securityPage },
  })
}

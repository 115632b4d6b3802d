// Who comes back from another site, and what that lets them do here.
import { type OAuthProvider, portalPath } from '@portal/contract'
import type { Kysely } from 'kysely'
import type { Tables } from '../db/index.ts'
import type { Caller } from '../http/index.ts'
import { type Identity, OAuthFailure } from '../oauth/index.ts'
import type { SignInDeps } from './deps.ts'
import type { Entry } from './entry.ts'
import { addressOf } from './issuer-address.ts'
import { linkAccount } from './linked-accounts.ts'
import type { Journey } from './oauth-journey.ts'
import { newPersonFrom } from './oauth-person.ts'
import { OAuthRefusal } from './oauth-refusal.ts'
import * as store from './store.ts'
import { lockPerson } from './ways-in.ts'

type Coming = { journey: Journey; identity: Identity; caller: Caller }

/** Both resolve to the path of the page to go on to. @throws OAuthRefusal, OAuthFailure */
export type Arrival = {
  signIn: (coming: Coming) => Promise<string>
  addWayIn: (coming: Coming) => Promise<string>
}

/** Builds it. */
export function createArrival(deps: SignInDeps, entry: Entry): Arrival {
  const { db, sessions } = deps
  return {
    async signIn({ journey, identity, caller }) {
      const { provider, returnTo } = journey
      const entered = await db.transaction().execute(async (trx) => {
        const person = await personFor(trx, deps, { provider, identity, caller })
        return entry.enter(trx, { person, method: provider }, caller)
      })
      const isHalf = 'twoFactorRedirect' in entered
      return isHalf
        ? withQuery('/sign-in', { step: 'second-factor', next: returnTo })
        : withQuery(returnTo, {})
    },
    async addWayIn({ journey, identity, caller }) {
      const { provider, returnTo, userId } = journey
      const principal = await sessions.findLiving(caller)
      // Somebody else may have signed in with this browser meanwhile.
      if (!principal || principal.userId !== userId) throw new OAuthFailure('failed')
      await db.transaction().execute(async (trx) => {
        await lockPerson(trx, userId)
        const person = await store.findPerson(trx, userId)
        if (!person) throw new OAuthFailure('failed')
        const owner = await store.findLinked(trx, provider, identity.subject)
        if (owner?.id === userId) return
        if (owner) throw new OAuthRefusal('linked-elsewhere')
        // Two accounts of one site would be hard to tell apart.
        if (await store.hasAccount(trx, userId, provider)) throw new OAuthRefusal('already-linked')
        await linkAccount(trx, deps, { person, provider, identity, caller })
      })
      return withQuery(returnTo, { linked: provider })
    },
  }
}

type Arriving = { provider: OAuthProvider; identity: Identity; caller: Caller }

/** Whose identity it is; somebody new where it is nobody's. @throws OAuthRefusal, AppError conflict */
async function personFor(
  trx: Kysely<Tables>,
  deps: SignInDeps,
  arriving: Arriving,
): Promise<store.PersonRow> {
  const { provider, identity } = arriving
  const linked = await store.findLinked(trx, provider, identity.subject)
  if (linked) return linked
  if (!identity.email || !identity.isEmailVerified) throw new OAuthRefusal('email-unverified')
  const email = addressOf(identity)
  if (email === null) throw new OAuthRefusal('email-unusable')
  const known = await store.findPersonByEmail(trx, email)
  if (!known) return newPersonFrom(trx, deps, { ...arriving, email })
  // From here on nothing is linked to them meanwhile; until here something may have been.
  await lockPerson(trx, known.id)
  return (
    (await store.findLinked(trx, provider, identity.subject)) ??
    (await linkByAddress(trx, deps, { ...arriving, email }))
  )
}

/** Links an identity to whose address it has. @throws OAuthRefusal */
async function linkByAddress(
  trx: Kysely<Tables>,
  deps: SignInDeps,
  { email, ...arriving }: Arriving & { email: string },
): Promise<store.PersonRow> {
  const person = await store.findPersonByEmail(trx, email)
  // An address that was never confirmed here may be a stranger's who waits for its owner to come.
  if (!person?.email_verified || (await store.hasAccount(trx, person.id, arriving.provider)))
    throw new OAuthRefusal('sign-in-first')
  await linkAccount(trx, deps, { ...arriving, person })
  return person
}

/** A path of ours as browsers are sent to it, with more in its query; the start where it is none. */
export function withQuery(path: string, query: Record<string, string>): string {
  const url = new URL(portalPath(path) ?? '/', 'http://portal')
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value)
  return url.pathname + url.search + url.hash
}

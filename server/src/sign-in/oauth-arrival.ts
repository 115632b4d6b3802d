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
import * as store from './store.ts'

type Coming = { journey: Journey; identity: Identity; caller: Caller }

/** Both resolve to the path of the page to go on to. @throws OAuthRefusal, OAuthFailure */
export type Arrival = {
  signIn: (coming: Coming) => Promise<string>
  addWayIn: (coming: Coming) => Promise<string>
}

/** An identity that is sound, and is not let in. */
export class OAuthRefusal extends Error {
  readonly problem:
    | 'email-unverified'
    | 'email-unusable'
    | 'sign-in-first'
    | 'linked-elsewhere'
    | 'already-linked'

  constructor(problem: OAuthRefusal['problem']) {
    super(`Not let in: ${problem}.`)
    this.problem = problem
  }
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

/** Whose identity it is; somebody new where it is nobody's. @throws OAuthRefusal */
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
  // An address that was never confirmed here may be a stranger's who waits for its owner to come.
  if (!known.email_verified || (await store.hasAccount(trx, known.id, provider)))
    throw new OAuthRefusal('sign-in-first')
  await linkAccount(trx, deps, { ...arriving, person: known })
  return known
}

/** A path of ours as browsers are sent to it, with more in its query; the start where it is none. */
export function withQuery(path: string, query: Record<string, string>): string {
  const url = new URL(portalPath(path) ?? '/', 'http://portal')
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value)
  return url.pathname + url.search + url.hash
}

import type { Challenges } from '../challenges.ts'
import type { Credentials } from '../credentials.ts'
import type { SignInDeps } from '../deps.ts'
import type { Entry, HasPasskey } from '../entry.ts'
import { createPasskeyAdding, type PasskeyAdding } from './adding.ts'
import { createPasskeyChallenges } from './challenges.ts'
import { createPasskeySettings, type PasskeySettings } from './settings.ts'
import { createPasskeySignIn, type PasskeySignIn } from './sign-in.ts'
import { siteOf } from './site.ts'
import { hasPasskey } from './store.ts'

/** Passkeys, as their owners keep them and sign in with them. */
export type Passkeys = PasskeyAdding & PasskeySettings & PasskeySignIn

type Parts = { waiting: Challenges; entry: Entry; credentials: Pick<Credentials, 'requireProof'> }

/** Builds them; `waiting` are the sign-ins whose second factor is waited for. */
export function createPasskeys(deps: SignInDeps, { waiting, entry, credentials }: Parts): Passkeys {
  const challenges = createPasskeyChallenges(deps)
  return {
    ...createPasskeyAdding(deps, { challenges, credentials }),
    ...createPasskeySettings(deps, credentials),
    ...createPasskeySignIn(deps, { challenges, waiting, entry }),
  }
}

/** Builds what tells whether a passkey can be somebody's second factor where they are. */
export const createHasPasskey =
  (givenUrl: string | null): HasPasskey =>
  async (db, userId, { req }) => {
    const site = siteOf(req, givenUrl)
    return !('refused' in site) && hasPasskey(db, userId, site.rpId)
  }

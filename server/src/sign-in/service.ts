import { OAuthProvider, type SignedInUser } from '@portal/contract'
import type { Kysely } from 'kysely'
import type { Tables } from '../db/index.ts'
import { AppError } from '../errors.ts'
import type { Caller } from '../http/index.ts'
import { networkOf, type Throttle } from '../throttle/index.ts'
import { createChallenges } from './challenges.ts'
import { type Claiming, createClaiming } from './claim.ts'
import { type Credentials, createCredentials } from './credentials.ts'
import type { SignInDeps } from './deps.ts'
import { createDevices, type Devices } from './devices.ts'
import { createEntry } from './entry.ts'
import { workOnSignIn } from './jobs.ts'
import { createLinkedAccounts, type LinkedAccounts } from './linked-accounts.ts'
import { createOAuthSignIn, type OAuthSignIn } from './oauth-sign-in.ts'
import { createHasPasskey, createPasskeys, type Passkeys } from './passkeys/index.ts'
import { createPasswordSignIn, type PasswordSignIn } from './password-sign-in.ts'
import { createRegistration, type Registration } from './registration.ts'
import { createSecondFactors } from './second-factor.ts'
import { signedInUser } from './signed-in-user.ts'
import { findHome, findPerson } from './store.ts'
import { createTwoFactorSettings, type TwoFactorSettings } from './two-factor-settings.ts'
import { createTwoFactorSignIn, type TwoFactorSignIn } from './two-factor-sign-in.ts'

/** Every way in, and what its owner may change about it. */
export type SignIn = {
  registration: Registration
  claiming: Claiming
  withPassword: PasswordSignIn
  withOAuth: OAuthSignIn
  withSecondFactor: TwoFactorSignIn
  twoFactor: TwoFactorSettings
  passkeys: Passkeys
  credentials: Credentials
  devices: Devices
  linkedAccounts: LinkedAccounts
  /** Counts whatever is tried from an address, before anything of it is read. */
  countTry: (throttle: Throttle) => (caller: Caller) => Promise<void>
  /** Whether new people may sign up by themselves. */
  isSignUpOpen: () => Promise<boolean>
  /** Somebody as their own pages show them. @throws AppError not_found */
  personOf: (db: Kysely<Tables>, userId: string) => Promise<SignedInUser>
  /** The organisation somebody signs in to; nothing where they are in none. */
  homeOf: (db: Kysely<Tables>, userId: string) => Promise<string | undefined>
  /** The other sites that are offered. */
  providers: OAuthProvider[]
}

/** Builds signing in, and says who does its jobs. */
export function createSignIn(deps: SignInDeps): SignIn {
  const challenges = createChallenges(deps)
  const factors = createSecondFactors(deps)
  const entry = createEntry(deps, { challenges, hasPasskey: createHasPasskey(deps.givenUrl) })
  const credentials = createCredentials(deps)
  workOnSignIn(deps)
  return {
    registration: createRegistration(deps),
    claiming: createClaiming(deps, entry),
    withPassword: createPasswordSignIn(deps, entry),
    withOAuth: createOAuthSignIn(deps, entry),
    withSecondFactor: createTwoFactorSignIn(deps, { challenges, factors, entry }),
    twoFactor: createTwoFactorSettings(deps, { factors, credentials }),
    passkeys: createPasskeys(deps, { waiting: challenges, entry, credentials }),
    credentials,
    devices: createDevices(deps),
    linkedAccounts: createLinkedAccounts(deps),
    countTry: (throttle) => (caller) => deps.throttles.take(throttle, networkOf(caller.address)),
    isSignUpOpen: deps.isSignUpOpen,
    homeOf: findHome,
    async personOf(db, userId) {
      const person = await findPerson(db, userId)
      if (!person) throw new AppError('not_found')
      return signedInUser(person)
    },
    providers: OAuthProvider.options.filter((provider) => deps.providers[provider]),
  }
}

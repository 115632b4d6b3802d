import type { Feature, OAuthProvider } from '@portal/contract'
import type { Kysely } from 'kysely'
import type { Accounts } from '../accounts/index.ts'
import type { Tables } from '../db/index.ts'
import type { Cookies } from '../http/index.ts'
import type { Jobs } from '../jobs/index.ts'
import type { Log } from '../log/index.ts'
import type { MailService } from '../mail/index.ts'
import type { OAuthClient } from '../oauth/index.ts'
import type { Secrets } from '../secrets/index.ts'
import type { Sessions } from '../sessions/index.ts'
import type { Throttles } from '../throttle/index.ts'

/** What signing in is made of. */
export type SignInDeps = {
  db: Kysely<Tables>
  accounts: Pick<Accounts, 'createUser' | 'createUserWithin'>
  sessions: Sessions
  throttles: Throttles
  secrets: Secrets
  cookies: Cookies
  mail: MailService
  jobs: Pick<Jobs, 'enqueue' | 'work' | 'everyDay'>
  /** The other sites that people may sign in with. */
  providers: Partial<Record<OAuthProvider, OAuthClient>>
  /** Whether new people may sign up by themselves. */
  isSignUpOpen: () => Promise<boolean>
  /** @throws AppError switched_off */
  requireFeature: (feature: Feature) => Promise<void>
  /** Where people reach the portal, without a slash at its end. */
  publicUrl: () => string
  /** The same as the operator gave it; null where they did not. */
  givenUrl: string | null
  log: Pick<Log, 'warn' | 'error'>
  /** Milliseconds since 1970. */
  now: () => number
}

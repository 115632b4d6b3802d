import type { Kysely } from 'kysely'
import type { Accounts } from '../accounts/index.ts'
import type { Admission } from '../admission/index.ts'
import type { Alerts } from '../alerts/index.ts'
import type { AuditLog } from '../audit/index.ts'
import type { Config } from '../config.ts'
import type { Tables } from '../db/index.ts'
import type { Events } from '../events/index.ts'
import type { GatewayDeps } from '../gateway/index.ts'
import type { Caller, Principal } from '../http/index.ts'
import type { Jobs } from '../jobs/index.ts'
import type { Keys, Principals } from '../keys/index.ts'
import type { MailDeliveries } from '../mail/index.ts'
import type { Profiles } from '../profile/index.ts'
import type { Sessions } from '../sessions/index.ts'
import type { Recovery, SignIn } from '../sign-in/index.ts'
import type { Switches } from '../switches/index.ts'

/** What administration is built on. */
export type AdministrationDeps = {
  db: Kysely<Tables>
  config: Pick<Config, 'dataDir'>
  events: Pick<Events, 'publish' | 'connected'>
  accounts: Accounts
  admission: Pick<Admission, 'uses'>
  alerts: Pick<Alerts, 'deliveries'>
  auditLog: AuditLog
  gateway: Pick<GatewayDeps, 'breaker' | 'ledger'>
  jobs: Pick<Jobs, 'inspection' | 'work' | 'enqueue'>
  keys: Pick<Keys, 'stopKey'>
  mailDeliveries: MailDeliveries
  principals: Pick<Principals, 'forgetKeysOf'>
  profiles: Pick<Profiles, 'deletions'>
  recovery: Pick<Recovery, 'turnOffTwoFactor'>
  sessions: Sessions
  signIn: Pick<SignIn, 'registration' | 'credentials' | 'personOf' | 'homeOf'>
  switches: Switches
  readiness: () => Promise<void>
  /** Milliseconds since 1970. */
  now: () => number
}

/** An administrator who does something, and from where. */
export type Acting = { principal: Principal; caller: Caller }

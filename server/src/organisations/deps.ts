import type { Kysely } from 'kysely'
import type { Accounts } from '../accounts/index.ts'
import type { AuditLog } from '../audit/index.ts'
import type { Tables } from '../db/index.ts'
import type { Events } from '../events/index.ts'
import type { Jobs } from '../jobs/index.ts'
import type { Keys } from '../keys/index.ts'
import type { MailService } from '../mail/index.ts'
import type { Sessions } from '../sessions/index.ts'
import type { Throttles } from '../throttle/index.ts'

/** What organisations are made of. */
export type OrganisationsDeps = {
  db: Kysely<Tables>
  accounts: Pick<Accounts, 'createOrganisation'>
  sessions: Pick<Sessions, 'actFor' | 'move' | 'forget'>
  keys: Pick<Keys, 'revokeKeysOf'>
  auditLog: Pick<AuditLog, 'ofOrganisation' | 'exportOfOrganisation'>
  events: Pick<Events, 'publish'>
  throttles: Throttles
  mail: MailService
  jobs: Pick<Jobs, 'work' | 'everyDay'>
  /** Milliseconds since 1970. */
  now: () => number
}

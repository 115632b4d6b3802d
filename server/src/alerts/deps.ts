import type { Kysely } from 'kysely'
import type { DatabaseLog, Tables } from '../db/index.ts'
import type { Events } from '../events/index.ts'
import type { Jobs } from '../jobs/index.ts'
import type { MailService } from '../mail/index.ts'
import type { Secrets } from '../secrets/index.ts'
import type { Throttles } from '../throttle/index.ts'

/** What alerts and webhooks are made of. */
export type AlertsDeps = {
  db: Kysely<Tables>
  jobs: Pick<Jobs, 'enqueue' | 'work' | 'everyDay'>
  mail: MailService
  secrets: Pick<Secrets, 'encrypt' | 'decrypt'>
  throttles: Throttles
  events: Pick<Events, 'subscribe'>
  log: Pick<DatabaseLog, 'warn'>
  /** Where links to the portal lead. */
  publicUrl: () => string
  /** Networks of the operator's own that may be told beside the public internet (CIDR). */
  ownNetworks: readonly string[]
  /** What stands in for https://hooks.slack.com; null where nothing does. */
  slackBase: string | null
  /** Milliseconds since 1970. */
  now: () => number
}

import type { Kysely } from 'kysely'
import type { Tables } from '../db/index.ts'
import type { Files } from '../files/index.ts'
import type { AskModel } from '../gateway/index.ts'
import type { Jobs } from '../jobs/index.ts'
import type { Log } from '../log/index.ts'
import type { Models } from '../models/index.ts'
import type { Throttles } from '../throttle/index.ts'

/** What the chat is built on. */
export type ChatDeps = {
  db: Kysely<Tables>
  models: Models
  /** Asks a model; see the gateway's `askModel`. */
  ask: AskModel
  files: Files
  jobs: Pick<Jobs, 'work' | 'everyDay'>
  throttles: Throttles
  log: Log
  /** Where links to the portal lead. */
  publicUrl: () => string
  /** Milliseconds since 1970. */
  now: () => number
}

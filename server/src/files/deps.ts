import type { Feature } from '@portal/contract'
import type { Kysely } from 'kysely'
import type { Tables } from '../db/index.ts'
import type { Jobs } from '../jobs/index.ts'
import type { Log } from '../log/index.ts'
import type { ObjectStore } from '../storage/index.ts'

/** What files are built on. */
export type FilesDeps = {
  db: Kysely<Tables>
  objects: ObjectStore
  /** Where uploads lie until they are whole. */
  directory: string
  jobs: Pick<Jobs, 'work' | 'everyDay' | 'enqueue'>
  log: Log
  /** @throws AppError switched_off */
  requireFeature: (feature: Feature) => Promise<void>
  /** Milliseconds since 1970. */
  now: () => number
}

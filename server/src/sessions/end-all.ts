import type { Kysely } from 'kysely'
import type { Tables } from '../db/index.ts'
import type { Events } from '../events/index.ts'
import { deleteSessions } from './store.ts'

/** Ends somebody's sessions in every process when the transaction commits, all but the one excepted; how many. */
export type EndAll = (trx: Kysely<Tables>, userId: string, exceptId: string | null) => Promise<number>

/** Builds it: all that is needed of sessions where nobody has any. */
export const createEndAll =
  (events: Pick<Events, 'publish'>): EndAll =>
  async (trx, userId, exceptId) => {
    const ended = await deleteSessions(trx, userId, exceptId)
    await events.publish(trx, { type: 'user-changed', userId })
    return ended
  }

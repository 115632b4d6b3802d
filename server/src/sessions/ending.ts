import type { Kysely } from 'kysely'
import type { Tables } from '../db/index.ts'
import type { Events } from '../events/index.ts'
import { endInName } from './end-in-name.ts'
import { deleteSession, deleteSessions } from './store.ts'

type Parts = { events: Pick<Events, 'publish'>; now: () => number }

/** Ends somebody's sessions in every process when the transaction commits, all but the one excepted; how many. */
export type EndAll = (trx: Kysely<Tables>, userId: string, exceptId: string | null) => Promise<number>

const sessionEnded = 'Its session was ended.'

/** Builds it: all that is needed of sessions where nobody has any. */
export const createEndAll =
  ({ events, now }: Parts): EndAll =>
  async (trx, userId, exceptId) => {
    const sessionIds = await deleteSessions(trx, userId, exceptId)
    await endInName(trx, { sessionIds }, { at: new Date(now()), reason: sessionEnded })
    await events.publish(trx, { type: 'user-changed', userId })
    return sessionIds.length
  }

/** The same of one of somebody's sessions; false where there is none. The reason is for the record of what was done in others' names. */
export const createEndOne =
  ({ events, now }: Parts, reason = sessionEnded) =>
  async (trx: Kysely<Tables>, userId: string, id: string): Promise<boolean> => {
    const isEnded = await deleteSession(trx, userId, id)
    await endInName(trx, { sessionIds: [id] }, { at: new Date(now()), reason })
    await events.publish(trx, { type: 'user-changed', userId })
    return isEnded
  }

import type { Kysely } from 'kysely'
import { recordAudit } from '../audit/index.ts'
import type { Tables } from '../db/index.ts'
import * as store from './store.ts'

/**
 * Ends, on record, what an administrator does in somebody's name: in one of the sessions, or from one of them, which have
 * ended; or whatever a person does, or has done to them.
 */
export async function endInName(
  trx: Kysely<Tables>,
  of: { sessionIds: readonly string[] } | { personId: string },
  { at, reason }: { at: Date; reason: string },
): Promise<void> {
  const sessionIds = 'sessionIds' in of ? of.sessionIds : []
  const personId = 'personId' in of ? of.personId : null
  if (personId === null && sessionIds.length === 0) return
  for (const row of await store.endImpersonations(trx, { sessionIds, personId, at })) {
    await store.deleteSession(trx, row.user_id, row.session_id)
    const isTheirs = sessionIds.includes(row.administrator_session_id)
    await recordAudit(trx, {
      ...{ action: 'administration.impersonation-ended', atMs: at.getTime(), from: null },
      ...{ organisationId: row.organisation_id, actorId: row.administrator_id, subjectId: row.user_id },
      details: { reason: isTheirs ? 'The administrator’s own session ended.' : reason },
    })
  }
}

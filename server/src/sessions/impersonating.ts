// An administrator signed in as somebody else: a session of that person's, beside the administrator's own, to which it
// leads back and without which it is none.
import { newId, type SessionId } from '@portal/contract'
import type { Kysely } from 'kysely'
import type { Tables } from '../db/index.ts'
import type { Caller } from '../http/index.ts'
import { endInName } from './end-in-name.ts'
import * as store from './store.ts'

/** Whose name is acted in, and from which session that began. */
export type InNameOf = {
  administratorId: string
  administratorSessionId: string
  userId: string
  organisationId: string
}

/** Beginning and ending it. */
export type Impersonating = {
  /** Makes the session and gives the browser its cookie; the administrator's own lives on. */
  beginAs: (trx: Kysely<Tables>, whose: InNameOf, caller: Caller) => Promise<{ id: SessionId; until: Date }>
  /** Ends it, where that was not done yet, and tells whose it was; with a caller, their browser is the administrator's again. */
  endAs: (trx: Kysely<Tables>, sessionId: string, caller: Caller | null) => Promise<InNameOf | null>
  /** Ends, on record, what somebody does in others' names, and what is done in theirs. */
  endAllAs: (trx: Kysely<Tables>, personId: string, reason: string) => Promise<void>
}

const ageMsMax = 60 * 60_000

type Parts = {
  now: () => number
  cookieFor: (id: SessionId) => Promise<string>
  endOne: (trx: Kysely<Tables>, userId: string, id: string) => Promise<boolean>
}

/** Builds it. */
export const impersonating = ({ now, cookieFor, endOne }: Parts): Impersonating => ({
  async beginAs(trx, whose, caller) {
    const at = new Date(now())
    const until = new Date(at.getTime() + ageMsMax)
    const id = newId('session', at.getTime())
    const { userId, organisationId, administratorId, administratorSessionId } = whose
    const method = await store.methodOf(trx, administratorSessionId)
    await store.insertSession(trx, {
      ...{ id, user_id: userId, organisation_id: organisationId, method },
      ...{ ip_address: caller.address, user_agent: caller.userAgent },
      ...{ created_at: at, last_seen_at: at, expires_at: until },
    })
    await store.insertImpersonation(trx, {
      ...{ session_id: id, administrator_id: administratorId, user_id: userId, started_at: at },
      ...{ administrator_session_id: administratorSessionId, organisation_id: organisationId },
      expires_at: until,
    })
    caller.setCookie(await cookieFor(id))
    return { id, until }
  },
  endAllAs: (trx, personId, reason) => endInName(trx, { personId }, { at: new Date(now()), reason }),
  async endAs(trx, sessionId, caller) {
    const row = await store.endImpersonation(trx, sessionId, new Date(now()))
    if (!row) return null
    await endOne(trx, row.user_id, sessionId)
    const administratorSessionId = row.administrator_session_id
    caller?.setCookie(await cookieFor(administratorSessionId as SessionId))
    const { administrator_id: administratorId, user_id: userId, organisation_id: organisationId } = row
    return { administratorId, administratorSessionId, userId, organisationId }
  },
})

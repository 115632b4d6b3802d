// The frame of everything that changes an organisation: one change at a time, by somebody who is in it at that moment.
import { type AuditAction, isId } from '@portal/contract'
import type { Kysely } from 'kysely'
import { recordAudit } from '../audit/index.ts'
import type { Tables } from '../db/index.ts'
import { AppError } from '../errors.ts'
import type { Caller, Principal } from '../http/index.ts'
import type { OrganisationsDeps } from './deps.ts'
import * as store from './store.ts'

/** Somebody who asks something of an organisation, which they may not be in. */
export type Asking = {
  principal: Principal
  caller: Caller
  organisationId: string
  /** Open in a suspended organisation too. */
  whileSuspended?: boolean
}

/** A change under way, in its transaction. */
export type Changing = {
  trx: Kysely<Tables>
  principal: Principal
  caller: Caller
  /** The organisation, and what the asker is in it. */
  own: store.MembershipRow
  at: Date
  /** Remembers what is done. */
  record: (action: AuditAction, about?: About) => Promise<void>
  /** Says that somebody’s rights change: what is cached of them is dropped everywhere once that is through. */
  touch: (userId: string) => Promise<void>
}

type About = { subjectId?: string; details?: Record<string, string | number | boolean | null> }

/**
 * Makes a change to an organisation the asker is in.
 * @throws AppError not_found alike for another’s and for none, organisation_suspended
 */
export type MakeChange = <T>(asking: Asking, act: (changing: Changing) => Promise<T>) => Promise<T>

/** Builds it. */
export function createMakeChange({ db, events, sessions, now }: OrganisationsDeps): MakeChange {
  return async ({ principal, caller, organisationId, whileSuspended = false }, act) => {
    const touched = new Set<string>()
    const result = await db.transaction().execute(async (trx) => {
      const isThere =
        isId('organisation', organisationId) && (await store.lockOrganisation(trx, organisationId))
      if (!isThere) throw noSuchOrganisation()
      const own = await requireMembership(trx, principal, organisationId)
      // It need not be the one they act for, which was asked at the door.
      if (own.suspended_at && !whileSuspended) throw new AppError('organisation_suspended')
      const at = new Date(now())
      const actor = { actorId: principal.userId, actorKeyId: principal.key?.id ?? null, from: caller }
      return act({
        ...{ trx, principal, caller, own, at },
        record: (action, about = {}) =>
          recordAudit(trx, {
            action,
            atMs: at.getTime(),
            organisationId,
            subjectId: null,
            ...actor,
            ...about,
          }),
        async touch(userId) {
          touched.add(userId)
          await events.publish(trx, { type: 'user-changed', userId })
        },
      })
    })
    // The announcement takes a moment to come round; here the next request has to see the change.
    for (const userId of touched) sessions.forget(userId)
    return result
  }
}

/**
 * What the asker is in an organisation. A key is in its own alone.
 * @throws AppError not_found
 */
export async function requireMembership(
  db: Kysely<Tables>,
  { userId, key, organisationId: actsFor }: Principal,
  organisationId: string,
): Promise<store.MembershipRow> {
  const isOpen = isId('organisation', organisationId) && (!key || organisationId === actsFor)
  const row = isOpen && (await store.findMembership(db, userId, organisationId))
  if (!row) throw noSuchOrganisation()
  return row
}

const noSuchOrganisation = () => new AppError('not_found', { message: 'There is no such organisation.' })

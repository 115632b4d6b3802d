import { type AuditAction, newId } from '@portal/contract'
import type { Kysely } from 'kysely'
import type { Tables } from '../db/index.ts'

/** Where somebody was when they did something. */
export type AuditOrigin = {
  address: string
  userAgent: string | null
  /** The administrator who was signed in as them. */
  impersonatorId?: string | null
}

/** Something that was done: by whom, to whom, from where. Null where there is none. */
type NewAuditEvent = {
  action: AuditAction
  atMs: number
  organisationId: string | null
  actorId: string | null
  /** The API key it was done with. */
  actorKeyId?: string | null
  /** Whose account or key it was done to. */
  subjectId: string | null
  /** Null where the portal itself acted for them. */
  from: AuditOrigin | null
  details?: Record<string, string | number | boolean | null>
}

/** Records an act in the transaction of `db`: neither without the other. */
export async function recordAudit(db: Kysely<Tables>, event: NewAuditEvent): Promise<void> {
  await db
    .insertInto('audit_events')
    .values({
      id: newId('auditEvent', event.atMs),
      at: new Date(event.atMs),
      organisation_id: event.organisationId,
      actor_id: event.actorId,
      actor_key_id: event.actorKeyId ?? null,
      impersonator_id: event.from?.impersonatorId ?? null,
      subject_id: event.subjectId,
      action: event.action,
      ip_address: event.from?.address ?? null,
      user_agent: event.from?.userAgent ?? null,
      details: JSON.stringify(event.details ?? {}),
    })
    .execute()
}

type OwnAct = Omit<NewAuditEvent, 'actorId' | 'subjectId'> & { userId: string }

/** The same of what somebody did to their own account. */
export const recordOwnAct = (db: Kysely<Tables>, { userId, ...event }: OwnAct): Promise<void> =>
  recordAudit(db, { ...event, actorId: userId, subjectId: userId })

import { newId } from '@portal/contract'
import type { Kysely } from 'kysely'
import type { Tables } from '../db/index.ts'

/** What is worth remembering that somebody did. */
export type AuditAction =
  | 'user.registered'
  | 'user.portal-claimed'
  | 'user.email-verified'
  | 'user.email-changed'
  | 'user.password-changed'
  | 'user.password-reset'
  | 'user.signed-in'
  | 'user.signed-out'
  | 'user.session-ended'
  | 'user.two-factor-enabled'
  | 'user.two-factor-disabled'
  | 'user.two-factor-locked'
  | 'user.backup-code-used'
  | 'user.backup-codes-renewed'
  | 'user.passkey-added'
  | 'user.passkey-removed'
  | 'user.passkey-refused'
  | 'user.way-in-added'
  | 'user.way-in-removed'
  | 'user.deletion-asked'
  | 'user.deletion-undone'

/** Something that was done: by whom, to whom, from where. Null where there is none. */
type AuditEvent = {
  action: AuditAction
  atMs: number
  organisationId: string | null
  actorId: string | null
  /** The API key it was done with. */
  actorKeyId?: string | null
  /** Whose account it was done to. */
  subjectId: string | null
  from: { address: string; userAgent: string | null }
  details?: Record<string, string | number | boolean | null>
}

/** Records an act in the transaction of `db`: neither without the other. */
export async function recordAudit(db: Kysely<Tables>, event: AuditEvent): Promise<void> {
  await db
    .insertInto('audit_events')
    .values({
      id: newId('auditEvent', event.atMs),
      at: new Date(event.atMs),
      organisation_id: event.organisationId,
      actor_id: event.actorId,
      actor_key_id: event.actorKeyId ?? null,
      subject_id: event.subjectId,
      action: event.action,
      ip_address: event.from.address,
      user_agent: event.from.userAgent,
      details: JSON.stringify(event.details ?? {}),
    })
    .execute()
}

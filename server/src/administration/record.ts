import type { AuditAction } from '@portal/contract'
import type { Kysely } from 'kysely'
import { recordAudit } from '../audit/index.ts'
import type { Tables } from '../db/index.ts'
import type { Acting } from './deps.ts'

type Act = {
  action: AuditAction
  atMs: number
  /** Where it shows in an organisation's own log; null where it concerns none. */
  organisationId?: string | null
  subjectId?: string | null
  details?: Record<string, string | number | boolean | null>
}

/** Remembers what an administrator did, in the transaction that does it. */
export const recordAct = (
  trx: Kysely<Tables>,
  { principal, caller }: Acting,
  { organisationId = null, subjectId = null, ...act }: Act,
): Promise<void> =>
  recordAudit(trx, { ...act, organisationId, subjectId, actorId: principal.userId, from: caller })

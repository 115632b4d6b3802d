import type { AuditAction } from '@portal/contract'
import { recordAudit } from '../audit/index.ts'
import type { KeyRow } from './key.ts'
import type { Changing } from './key-changes.ts'

type Details = Record<string, string | number | boolean | null>

/** Remembers what was done to a key, in the transaction that does it. */
export const recordKeyAct = (
  { trx, principal, at }: Pick<Changing, 'trx' | 'principal' | 'at'>,
  action: Extract<AuditAction, `key.${string}`>,
  { key, details }: { key: Pick<KeyRow, 'id' | 'name' | 'user_id'>; details?: Details },
): Promise<void> =>
  recordAudit(trx, {
    action,
    atMs: at.getTime(),
    organisationId: principal.organisationId,
    actorId: principal.userId,
    actorKeyId: principal.key?.id ?? null,
    subjectId: key.user_id,
    from: principal.from ?? null,
    details: { keyId: key.id, name: key.name, ...details },
  })

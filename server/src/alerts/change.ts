// The frame of everything that changes alerts and webhooks: one change of an organisation at a time, by somebody who
// may at that moment.
import type { AuditAction } from '@portal/contract'
import type { Kysely } from 'kysely'
import { lockEntitlements } from '../accounts/index.ts'
import { recordAudit } from '../audit/index.ts'
import type { Tables } from '../db/index.ts'
import type { Caller, Principal } from '../http/index.ts'
import type { AlertsDeps } from './deps.ts'
import { requireManager } from './policy.ts'

/** Somebody who asks for a change of what their organisation has. */
export type Asking = { principal: Principal; caller: Caller }

/** A change under way, in its transaction. */
export type Changing = {
  trx: Kysely<Tables>
  organisationId: string
  at: Date
  /** Remembers what is done. */
  record: (action: AuditAction, details: Record<string, string | number>) => Promise<void>
}

/** Makes a change. @throws AppError permission_denied */
export type MakeChange = <T>(asking: Asking, act: (changing: Changing) => Promise<T>) => Promise<T>

/** Builds it. */
export const createMakeChange =
  ({ db, now }: Pick<AlertsDeps, 'db' | 'now'>): MakeChange =>
  ({ principal: { organisationId, userId, key }, caller }, act) =>
    db.transaction().execute(async (trx) => {
      await lockEntitlements(trx, organisationId)
      const member = await trx
        .selectFrom('members')
        .select('role')
        .where('organisation_id', '=', organisationId)
        .where('user_id', '=', userId)
        .executeTakeFirst()
      requireManager(member?.role)
      const at = new Date(now())
      const actor = { organisationId, actorId: userId, actorKeyId: key?.id ?? null, from: caller }
      return act({
        ...{ trx, organisationId, at },
        record: (action, details) =>
          recordAudit(trx, { action, atMs: at.getTime(), subjectId: null, details, ...actor }),
      })
    })

import { isId, type MailDelivery } from '@portal/contract'
import type { Kysely } from 'kysely'
import type { Tables } from '../db/index.ts'
import { AppError } from '../errors.ts'
import { requireCursor } from '../http/index.ts'
import type { Jobs } from '../jobs/index.ts'
import { mailQueue } from './delivery.ts'
import { findMail, listMails } from './store.ts'

type Asked = { state?: MailDelivery['state'] | undefined; cursor?: string | undefined; limit: number }

/** What became of the portal's mails, for those who run it: never what they said. */
export type Deliveries = {
  /** The newest first. @throws AppError invalid_request for a cursor that is none */
  list: (asked: Asked) => Promise<{ data: MailDelivery[]; nextCursor: string | null }>
  /** Has a mail that waits sent now. @throws AppError not_found, or conflict where it has ended */
  retry: (id: string) => Promise<MailDelivery>
}

/** Builds it. */
export const createDeliveries = (
  db: Kysely<Tables>,
  { hasten }: Pick<Jobs['inspection'], 'hasten'>,
): Deliveries => ({
  async list({ limit, cursor, state }) {
    requireCursor('mail', cursor)
    const rows = await listMails(db, { state, cursor, limit: limit + 1 })
    const data = rows.slice(0, limit).map(deliveryFromRow)
    return { data, nextCursor: rows.length > limit ? (data.at(-1)?.id ?? null) : null }
  },
  async retry(id) {
    const row = isId('mail', id) ? await findMail(db, id) : undefined
    if (!row) throw new AppError('not_found', { message: 'There is no such mail.' })
    if (row.state !== 'waiting')
      throw new AppError('conflict', {
        message: 'This mail has ended, and what it said is forgotten. Have it asked for again.',
      })
    await hasten(mailQueue.name, { mailId: id })
    return deliveryFromRow(row)
  },
})

type DeliveryRow = NonNullable<Awaited<ReturnType<typeof findMail>>>

const deliveryFromRow = (row: DeliveryRow): MailDelivery => ({
  ...{ id: row.id, kind: row.kind, recipient: row.recipient, state: row.state, note: row.note },
  mayRetry: row.state === 'waiting',
  createdAt: row.created_at.toISOString(),
  triedAt: row.tried_at?.toISOString() ?? null,
})

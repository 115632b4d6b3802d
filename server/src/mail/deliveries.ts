import { isId, type PortalDelivery } from '@portal/contract'
import type { Kysely } from 'kysely'
import type { Tables } from '../db/index.ts'
import { AppError } from '../errors.ts'
import type { Jobs } from '../jobs/index.ts'
import { mailQueue } from './delivery.ts'
import { findMail, listMails } from './store.ts'

type Asked = { state?: PortalDelivery['state'] | undefined; before?: string | undefined; limit: number }

/** What became of the portal's mails, for those who run it: never what they said. */
export type MailDeliveries = {
  /** The newest first, from before the one with an id. */
  list: (asked: Asked) => Promise<PortalDelivery[]>
  /** Has a mail that waits sent now. @throws AppError not_found, or conflict where it has ended */
  retry: (id: string) => Promise<PortalDelivery>
  /** @throws AppError conflict where the job was to send a mail that has ended: to try it again would send nothing */
  requireUnended: (job: { queue: string; payload: Record<string, unknown> }) => Promise<void>
}

/** Builds it. */
export const createMailDeliveries = (
  db: Kysely<Tables>,
  { hasten }: Pick<Jobs['inspection'], 'hasten'>,
): MailDeliveries => ({
  async list({ before, ...asked }) {
    return (await listMails(db, { ...asked, cursor: before })).map(deliveryFromRow)
  },
  async retry(id) {
    const row = isId('mail', id) ? await findMail(db, id) : undefined
    if (!row) throw new AppError('not_found', { message: 'There is no such mail.' })
    if (row.state !== 'waiting') throw hasEnded()
    await hasten(mailQueue.name, { mailId: id })
    return deliveryFromRow(row)
  },
  async requireUnended({ queue, payload }) {
    if (queue !== mailQueue.name) return
    const row = await findMail(db, String(payload.mailId))
    if (row?.state !== 'waiting') throw hasEnded()
  },
})

const hasEnded = (): AppError =>
  new AppError('conflict', {
    message: 'This mail has ended, and what it said is forgotten. Have it asked for again.',
  })

type DeliveryRow = NonNullable<Awaited<ReturnType<typeof findMail>>>

const deliveryFromRow = (row: DeliveryRow): PortalDelivery => ({
  ...{ id: row.id, channel: 'mail', kind: row.kind, recipient: row.recipient, organisation: null },
  ...{ state: row.state, note: row.note },
  mayRetry: row.state === 'waiting',
  createdAt: row.created_at.toISOString(),
  triedAt: row.tried_at?.toISOString() ?? null,
})

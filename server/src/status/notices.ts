// Mails about incidents: a page of subscriptions at a time, each with its mails in one transaction, so that nobody is told
// twice or left out whatever happens in between.
import type { Kysely } from 'kysely'
import { z } from 'zod'
import type { Tables } from '../db/index.ts'
import { defineQueue } from '../jobs/index.ts'
import type { MailService } from '../mail/index.ts'
import { nameOfComponent } from './component.ts'
import { findIncident } from './incident-store.ts'
import { claimSubscribers } from './subscription-store.ts'

/** An update was written. */
export const noticeQueue = defineQueue({
  name: 'status-notices',
  payload: z.object({ updateId: z.string() }),
  timeoutSeconds: 600,
})

type NoticeDeps = {
  db: Kysely<Tables>
  mail: MailService
  /** The token with which a subscription is ended. */
  tokenOf: (subscriptionId: string) => string
}

const pageSize = 200

/** Mails an update to everybody who asked for it. */
export const createNotices =
  ({ db, mail, tokenOf }: NoticeDeps) =>
  async ({ updateId }: { updateId: string }): Promise<void> => {
    for (let isMore = true; isMore; ) {
      isMore = await db.transaction().execute(async (trx) => {
        const told = await noticeOf(trx, updateId)
        if (!told) return false
        const subscribers = await claimSubscribers(trx, updateId, pageSize)
        for (const { id, email } of subscribers) {
          const token = tokenOf(id)
          await mail.send(trx, {
            ...told,
            ...{ kind: 'status-update', to: email, path: '/status' },
            unsubscribe: {
              page: `/status/unsubscribe?token=${token}`,
              oneClick: `/api/status/unsubscribe?token=${token}`,
            },
          })
        }
        return subscribers.length === pageSize
      })
    }
  }

async function noticeOf(trx: Kysely<Tables>, updateId: string) {
  const update = await trx
    .selectFrom('incident_updates')
    .selectAll()
    .where('id', '=', updateId)
    .executeTakeFirst()
  const incident = update && (await findIncident(trx, update.incident_id))
  if (!incident) return null
  const { title, starts_at, ends_at, components } = incident
  const window = update.stage === 'planned' && ends_at ? { from: starts_at, to: ends_at } : null
  const names = components.map(({ component }) => nameOfComponent(component))
  return { title, stage: update.stage, text: update.text, at: update.at, components: names, window }
}

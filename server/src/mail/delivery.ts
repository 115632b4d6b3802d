import type { Kysely } from 'kysely'
import { z } from 'zod'
import type { DatabaseLog, Tables } from '../db/index.ts'
import { defineQueue, FinalFailure } from '../jobs/index.ts'
import type { Sender } from './address.ts'
import type { Content } from './letter.ts'
import { claimPlace, endMail, findWaitingMail, type MailRow, noteDelay } from './store.ts'
import type { MailTransport } from './transport.ts'

/**
 * At most so many mails of a kind in any hour to one mailbox: nobody can be flooded through the portal, nor kept from
 * the mails of one kind, e.g. about their password, by those of another. Strangers can name anybody.
 */
const perHourMax = ({ kind }: MailRow): number => perHourOf[kind] ?? 10
const perHourOf: Record<string, number> = {
  ...{ invitation: 5, 'status-subscription': 5 },
  ...{ 'alert-triggered': 50, 'alert-resolved': 50 },
}

/** Mails on their way: twelve tries within two to four hours. */
export const mailQueue = defineQueue({
  name: 'mail',
  payload: z.object({ mailId: z.string() }),
  triesMax: 12,
  pauseSecondsMax: 1800,
  timeoutSeconds: 90,
})

type DeliveryDeps = { db: Kysely<Tables>; transport: MailTransport; from: Sender; log: DatabaseLog }
type Try = { number: number; signal: AbortSignal }

/** Sends one mail, unless its mailbox has had enough of them or it has become useless. */
export const createDelivery =
  (deps: DeliveryDeps) =>
  async ({ mailId }: { mailId: string }, { number, signal }: Try): Promise<void> => {
    const mail = await findWaitingMail(deps.db, mailId)
    if (!mail) return // an earlier try sent it, and could not say so
    const obstacle = await obstacleTo(deps, mail)
    if (obstacle) {
      deps.log.warn({ mailId, kind: mail.kind }, obstacle)
      return endMail(deps.db, mailId, { state: 'dropped', note: obstacle })
    }
    try {
      await hand(deps, mail, signal)
    } catch (error) {
      const note = reasonOf(error)
      const isLast = error instanceof FinalFailure || number >= mailQueue.triesMax
      await (isLast ? endMail(deps.db, mailId, { state: 'failed', note }) : noteDelay(deps.db, mailId, note))
      throw error
    }
    await endMail(deps.db, mailId, { state: 'sent', note: null })
  }

/** What a mail server said, which repeats no words of the mail. */
const reasonOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).slice(0, 300)

async function obstacleTo({ db }: DeliveryDeps, mail: MailRow): Promise<string | null> {
  if (mail.useful_until && mail.useful_until < new Date()) return 'a mail was dropped: its link is dead'
  const max = perHourMax(mail)
  if (await claimPlace(db, mail, max)) return null
  return `a mail was dropped: its mailbox had ${max} of this kind within an hour`
}

async function hand({ transport, from }: DeliveryDeps, mail: MailRow, signal: AbortSignal): Promise<void> {
  const { id, kind, recipient, content } = mail
  await transport.deliver({ ...(content as Content), id, kind, from, to: recipient }, signal)
}

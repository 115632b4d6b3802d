// Mails are rows of the caller's own transaction, and a job of it carries them away: whether an address is known
// cannot be told by how long a request takes, and no committed mail is lost.
import { type Id, newId } from '@portal/contract'
import type { Kysely } from 'kysely'
import { z } from 'zod'
import type { DatabaseLog, Tables } from '../db/index.ts'
import { AppError } from '../errors.ts'
import { defineQueue, type Jobs } from '../jobs/index.ts'
import { mailboxOf, type Sender } from './address.ts'
import { createDelivery, mailQueue } from './delivery.ts'
import { letterOf, type Mail } from './kinds.ts'
import { render } from './letter.ts'
import { linksTo } from './links.ts'
import { cleanUpMails, insertMail } from './store.ts'
import type { MailTransport } from './transport.ts'

const cleanUpQueue = defineQueue({ name: 'mail-clean-up', payload: z.object({}) })

/** The portal's mails. */
export type MailService = {
  /**
   * Sends a mail when the transaction of `db` commits, at once outside of one. What became of it can be looked up by
   * its id, where one is given.
   * @throws AppError invalid_request when `to` is not exactly one mailbox
   */
  send: (db: Kysely<Tables>, mail: Mail, id?: Id<'mail'>) => Promise<void>
}

type MailDeps = {
  db: Kysely<Tables>
  jobs: Pick<Jobs, 'enqueue' | 'work' | 'everyDay'>
  transport: MailTransport
  from: Sender
  /** Where people reach the portal: the one place that links lead to. */
  publicUrl: () => string
  log: DatabaseLog
}

/** Builds the mail service; its mails leave once `jobs` has started. */
export function createMail({ db, jobs, publicUrl, ...rest }: MailDeps): MailService {
  jobs.work(mailQueue, createDelivery({ db, ...rest }))
  jobs.work(cleanUpQueue, () => cleanUpMails(db))
  jobs.everyDay(cleanUpQueue, { time: '03:10', payload: {} })
  return createMailWriter({ jobs, publicUrl })
}

/** The same for a process that sends none itself: a server does, now or when it starts. */
export function createMailWriter({
  jobs,
  publicUrl,
}: {
  jobs: Pick<Jobs, 'enqueue'>
  publicUrl: () => string
}): MailService {
  return {
    async send(caller, mail, id = newId('mail')) {
      const recipient = requireMailbox(mail.to)
      const content = JSON.stringify(render(letterOf(mail, linksTo(publicUrl()))))
      const useful_until = 'expiresAt' in mail ? mail.expiresAt : null
      await inTransaction(caller, async (trx) => {
        await insertMail(trx, { id, recipient, kind: mail.kind, content, useful_until })
        await jobs.enqueue(trx, mailQueue, { payload: { mailId: id } })
      })
    },
  }
}

function requireMailbox(to: string): string {
  const mailbox = mailboxOf(to)
  if (mailbox) return mailbox
  throw new AppError('invalid_request', { message: 'This is not one email address.', param: 'email' })
}

const inTransaction = (db: Kysely<Tables>, work: (trx: Kysely<Tables>) => Promise<void>): Promise<void> =>
  db.isTransaction ? work(db) : db.transaction().execute(work)

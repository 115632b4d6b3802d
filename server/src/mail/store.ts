import { type Insertable, type Kysely, type Selectable, sql } from 'kysely'
import type { Tables } from '../db/index.ts'

type Db = Kysely<Tables>
/** A mail as stored. */
export type MailRow = Selectable<Tables['mails']>

/** Any number that nothing else here uses. */
const mailboxLock = 7_301_020

/** Keeps a mail that is to be sent. */
export async function insertMail(db: Db, mail: Insertable<Tables['mails']>): Promise<void> {
  await db.insertInto('mails').values(mail).execute()
}

/** A mail that still has to be sent. */
export const findWaitingMail = (db: Db, id: string): Promise<MailRow | undefined> =>
  db.selectFrom('mails').selectAll().where('id', '=', id).where('state', '=', 'waiting').executeTakeFirst()

/**
 * Claims one of the mailbox's places of the last hour for a mail, which may have one from an earlier try; false when
 * `max` other mails of its kind have them. Exact, however many processes ask at once.
 */
export const claimPlace = (db: Db, { id, recipient, kind }: MailRow, max: number): Promise<boolean> =>
  db.transaction().execute(async (trx) => {
    await sql`select pg_advisory_xact_lock(${mailboxLock}, hashtext(${recipient}))`.execute(trx)
    const { numUpdatedRows } = await trx
      .updateTable('mails')
      .set({ tried_at: sql<Date>`clock_timestamp()` })
      .where('id', '=', id)
      .where(
        ({ selectFrom }) =>
          selectFrom('mails as others')
            .select(({ fn }) => fn.countAll<bigint>().as('count'))
            .where('others.recipient', '=', recipient)
            .where('others.kind', '=', kind)
            .where('others.id', '<>', id)
            .where('others.tried_at', '>', sql<Date>`clock_timestamp() - interval '1 hour'`),
        '<',
        BigInt(max),
      )
      .executeTakeFirst()
    return numUpdatedRows === 1n
  })

/** Notes how a mail ended, and forgets what it said. */
export async function endMail(
  db: Db,
  id: string,
  { state, note }: { state: 'sent' | 'dropped' | 'failed'; note: string | null },
): Promise<void> {
  await db.updateTable('mails').set({ state, note, content: null }).where('id', '=', id).execute()
}

/** Notes why a mail is still on its way. */
export async function noteDelay(db: Db, id: string, note: string): Promise<void> {
  await db.updateTable('mails').set({ note }).where('id', '=', id).execute()
}

/** Mails without what they say, the newest first, from after the cursor. */
export const listMails = (
  db: Db,
  {
    state,
    cursor,
    limit,
  }: { state?: MailRow['state'] | undefined; cursor?: string | undefined; limit: number },
) =>
  db
    .selectFrom('mails')
    .select(['id', 'kind', 'recipient', 'state', 'note', 'created_at', 'tried_at'])
    .$if(state !== undefined, (query) => query.where('state', '=', state ?? 'failed'))
    .$if(cursor !== undefined, (query) => query.where('id', '<', cursor ?? ''))
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()

/** One of them. */
export const findMail = (db: Db, id: string) =>
  db
    .selectFrom('mails')
    .select(['id', 'kind', 'recipient', 'state', 'note', 'created_at', 'tried_at'])
    .where('id', '=', id)
    .executeTakeFirst()

/** Deletes mails of two weeks ago, and gives up those whose job came to nothing a day ago. */
export async function cleanUpMails(db: Db): Promise<void> {
  await db.deleteFrom('mails').where('created_at', '<', sql<Date>`now() - interval '14 days'`).execute()
  await db
    .updateTable('mails')
    .set({ state: 'failed', content: null })
    .where('state', '=', 'waiting')
    .where('created_at', '<', sql<Date>`now() - interval '1 day'`)
    .execute()
}

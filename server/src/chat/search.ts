import type { ChatMatch, ChatSession } from '@portal/contract'
import { type Kysely, sql } from 'kysely'
import type { Tables } from '../db/index.ts'
import { AppError } from '../errors.ts'
import { listSessionsById, type Owner, sessionOf } from './session-store.ts'

type Asked = { search: string; tags: readonly string[]; limit: number }
type Found = { id: string; message_id: string | null; said: string }

const wordsMax = 10
const queryCancelled = '57014'
/** Longer than anybody waits. */
const patienceMs = 3000

/**
 * The owner's chats in which one message, a passage of its files, or the title, has all words, in any order; the one used last first. Those in
 * the trash are not looked at.
 */
export const searchChats = (
  db: Kysely<Tables>,
  owner: Owner,
  asked: Asked,
): Promise<(ChatSession & { match: ChatMatch })[]> =>
  inTime(db, async (trx) => {
    await sql`select set_config('statement_timeout', ${String(patienceMs)}, true)`.execute(trx)
    const words = [...new Set(asked.search.toLowerCase().split(/\s+/).filter(Boolean))].slice(0, wordsMax)
    if (words.length === 0) return []
    const found = await findChats(trx, owner, { ...asked, words })
    const rows = await listSessionsById(
      trx,
      owner,
      found.map(({ id }) => id),
    )
    return rows.flatMap((row) => {
      const hit = found.find(({ id }) => id === row.id)
      return hit ? [{ ...sessionOf(row), match: matchOf(hit, words) }] : []
    })
  })

/** @throws AppError unavailable where it takes longer than anybody waits */
async function inTime<T>(db: Kysely<Tables>, work: (trx: Kysely<Tables>) => Promise<T>): Promise<T> {
  try {
    return await db.transaction().execute(work)
  } catch (cause) {
    if ((cause as { code?: unknown }).code !== queryCancelled) throw cause
    throw new AppError('unavailable', { message: 'This search takes too long. Write longer words.', cause })
  }
}

async function findChats(
  trx: Kysely<Tables>,
  { userId, organisationId }: Owner,
  { words, tags, limit }: Omit<Asked, 'search'> & { words: readonly string[] },
) {
  const query = sql.join(
    words.map((word) => sql`bigram_query(${word})`),
    sql` && `,
  )
  const patterns = words.map((word) => `%${word.replace(/[\\%_]/g, '\\$&')}%`)
  const { rows } = await sql<Found>`
    with own as (
      select id, title, updated_at from chat_sessions
      where user_id = ${userId} and organisation_id = ${organisationId} and deleted_at is null
        and tags @> ${tags}
    ), said as (
      select message.session_id, message.id, message.content, 0 as position
      from chat_messages message
      join own on own.id = message.session_id
      where bigrams(left(message.content, 100000)) @@ (${query}) and lower(message.content) like all (${patterns})
      union all
      select message.session_id, message.id, passage.content, passage.position + 1
      from file_passages passage
      join message_attachments named on named.file_id = passage.file_id
      join chat_messages message on message.id = named.message_id
      join own on own.id = message.session_id
      where bigrams(passage.content) @@ (${query}) and lower(passage.content) like all (${patterns})
    ), hits as (
      select distinct on (session_id) session_id, id, content from said order by session_id, id desc, position
    )
    select own.id, hits.id as message_id, coalesce(hits.content, own.title) as said
    from own left join hits on hits.session_id = own.id
    where hits.id is not null or (bigrams(own.title) @@ (${query}) and lower(own.title) like all (${patterns}))
    order by own.updated_at desc, own.id desc
    limit ${limit}`.execute(trx)
  return rows
}

const before = 40
const lengthMax = 200

/** The words where they stand together first, with something around them. */
function matchOf({ message_id, said }: Omit<Found, 'id'>, words: readonly string[]): ChatMatch {
  const first = Math.max(0, Math.min(...words.map((word) => placeOf(said, word, 0)).filter((at) => at >= 0)))
  const start = Number.isFinite(first) ? Math.max(0, first - before) : 0
  const cut = said
    .slice(start, start + lengthMax)
    .toWellFormed()
    .replace(/\s/g, ' ')
  const excerpt = `${start > 0 ? '…' : ''}${cut}${start + lengthMax < said.length ? '…' : ''}`
  return { messageId: message_id, excerpt, marks: marksOf(excerpt, words) }
}

function marksOf(excerpt: string, words: readonly string[]): ChatMatch['marks'] {
  const found: ChatMatch['marks'] = []
  for (const word of words) {
    for (let at = placeOf(excerpt, word, 0); at >= 0; at = placeOf(excerpt, word, at + word.length))
      found.push({ at, length: word.length })
  }
  return found.sort((a, b) => a.at - b.at).reduce(joined, [])
}

/** Words may stand within one another: what they mark together is one mark. */
function joined(marks: ChatMatch['marks'], { at, length }: ChatMatch['marks'][number]): ChatMatch['marks'] {
  const last = marks.at(-1)
  if (!last || at > last.at + last.length) return [...marks, { at, length }]
  last.length = Math.max(last.length, at + length - last.at)
  return marks
}

/** Where a word stands whatever its case; lower case may be longer, so that every place is looked at by itself. */
function placeOf(text: string, word: string, from: number): number {
  for (let at = from; at + word.length <= text.length; at++) {
    if (text.slice(at, at + word.length).toLowerCase() === word) return at
  }
  return -1
}

import type { ChatMatch, ChatSession } from '@portal/contract'
import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { Tables } from '../db/index.ts'
import { AppError } from '../errors.ts'
import { listSessionsById, type Owner, sessionOf } from './session-store.ts'

type Asked = { search: string; tags: readonly string[]; limit: number }
/** A chat with the part of what was said that is shown, and whether there is more before and after it. */
type Found = {
  id: string
  message_id: string | null
  said: string
  is_cut_before: boolean
  is_cut_after: boolean
}

const wordsMax = 10
const queryCancelled = '57014'
/** Longer than anybody waits. */
const patienceMs = 3000
/** Of a message, as the index of bigrams has it. */
const charactersMax = 100_000
const rareMax = 1000

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
    // No text is read but by an index: of whose it is, or of what is in it.
    await sql`select set_config('statement_timeout', ${String(patienceMs)}, true),
      set_config('enable_seqscan', 'off', true)`.execute(trx)
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
  const { messages, passages } = await findRare(trx, words)
  const patterns = words.map((word) => `%${word.replace(/[\\%_]/g, '\\$&')}%`)
  const found = sql`
    select own.id, hit.message_id, coalesce(hit.content, own.title) as said
    from (
      select id, title, updated_at from chat_sessions
      where user_id = ${userId} and organisation_id = ${organisationId} and deleted_at is null and tags @> ${tags}
      order by updated_at desc, id desc offset 0
    ) own
    left join lateral (
      select message.id as message_id, message.content, 0 as position
      from chat_messages message
      where message.session_id = own.id and ${among(sql`message.id`, messages)}
        and lower(left(message.content, ${charactersMax})) like all (${patterns})
      union all
      select message.id, passage.content, passage.position + 1
      from chat_messages message
      join message_attachments named on named.message_id = message.id
      join file_passages passage on passage.file_id = named.file_id
      where message.session_id = own.id and ${among(sql`passage.file_id || ' ' || passage.position`, passages)}
        and lower(passage.content) like all (${patterns})
      order by message_id desc, position limit 1
    ) hit on true
    where hit.message_id is not null or lower(own.title) like all (${patterns})
    order by own.updated_at desc, own.id desc
    limit ${limit}`
  const { rows } = await sql<Found>`
    select id, message_id, substr(said, place.start, ${partMax}) as said,
      place.start > 1 as is_cut_before, char_length(said) >= place.start + ${partMax} as is_cut_after
    from (${found}) found
    cross join lateral (
      select ${lowerCase(sql`left(said, ${charactersMax})`)} as text offset 0
    ) lowered
    cross join lateral (
      select greatest(1, coalesce(min(nullif(strpos(lowered.text, form), 0)), 1) - ${before}) as start
      from unnest(${formsOf(words)}::text[]) form
    ) place`.execute(trx)
  return rows
}

/** What may be a hit, of everybody's; null is too much to tell, and too much to be worth it. */
type Rare = { messages: readonly string[] | null; passages: readonly string[] | null }

/**
 * Words that few texts have are found by the index of bigrams. Of others the owner's chats are read themselves, from the
 * newest on: a page of them is soon full.
 */
async function findRare(trx: Kysely<Tables>, words: readonly string[]): Promise<Rare> {
  const telling = words.filter((word) => word.length > 1)
  if (telling.length === 0) return { messages: null, passages: null }
  const query = sql.join(
    telling.map((word) => sql`bigram_query(${word})`),
    sql` && `,
  )
  const { rows } = await sql<{ messages: string[]; passages: string[] }>`
    select
      array(select id from chat_messages
        where bigrams(left(content, 100000)) @@ (${query}) limit ${rareMax + 1}) as messages,
      array(select file_id || ' ' || position from file_passages
        where bigrams(content) @@ (${query}) limit ${rareMax + 1}) as passages`.execute(trx)
  const rare = (found: readonly string[] = []) => (found.length > rareMax ? null : found)
  return { messages: rare(rows[0]?.messages), passages: rare(rows[0]?.passages) }
}

const among = (id: RawBuilder<unknown>, ids: readonly string[] | null): RawBuilder<unknown> =>
  ids === null ? sql`true` : sql`${id} = any(${ids}::text[])`

const before = 40
const lengthMax = 200
/** As many characters as are shown, and as stand before the first word. */
const partMax = before + lengthMax

/** The one letter that is two in lower case, so that places are the same in it. */
const dotted = 'İ'
const lowerCase = (text: RawBuilder<unknown>) => sql`lower(replace(${text}, ${dotted}, 'i'))`
const formsOf = (words: readonly string[]): string[] => [
  ...new Set(words.flatMap((word) => [word, word.replaceAll(dotted.toLowerCase(), 'i')])),
]

/** The words where they stand together first, with something around them. */
function matchOf(found: Omit<Found, 'id'>, asked: readonly string[]): ChatMatch {
  const { message_id, said, is_cut_before, is_cut_after } = found
  const words = formsOf(asked)
  const placeOf = finderIn(said)
  const first = Math.max(0, Math.min(...words.map((word) => placeOf(word, 0)).filter((at) => at >= 0)))
  const start = Number.isFinite(first) ? Math.max(0, first - before) : 0
  const cut = said
    .slice(start, start + lengthMax)
    .toWellFormed()
    .replace(/\s/g, ' ')
  const isCutAfter = is_cut_after || start + lengthMax < said.length
  const excerpt = `${is_cut_before || start > 0 ? '…' : ''}${cut}${isCutAfter ? '…' : ''}`
  return { messageId: message_id, excerpt, marks: marksOf(excerpt, words) }
}

function marksOf(excerpt: string, words: readonly string[]): ChatMatch['marks'] {
  const found: ChatMatch['marks'] = []
  const placeOf = finderIn(excerpt)
  for (const word of words) {
    for (let at = placeOf(word, 0); at >= 0; at = placeOf(word, at + word.length))
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

/** Says where a word stands in a text whatever its case, from a place on; -1 is nowhere. */
function finderIn(text: string): (word: string, from: number) => number {
  const lower = text.replaceAll(dotted, 'i').toLowerCase()
  return (word, from) => lower.indexOf(word, from)
}

// What files say, as much of it as fits beside a question: all, or what the question's words point to.
import { type Kysely, sql } from 'kysely'
import type { Tables } from '../db/index.ts'
import { estimateTextTokens } from '../tokens/index.ts'

/** A piece of a file, and where in it it stands. */
export type FilePassage = { fileId: string; position: number; place: string | null; content: string }

/** What was found of one file. */
export type Excerpt = { fileId: string; passages: FilePassage[]; isWhole: boolean }

export type Passages = {
  /**
   * What these files say about a question, as much of it as there is room for: all of it where that fits, else what has
   * the question's rarest words, and how each file begins.
   */
  about: (fileIds: readonly string[], question: string, room: Room) => Promise<Excerpt[]>
}

/** Of passages and their places; tokens are as `estimateTextTokens` has them. */
type Room = { characters: number; tokens: number }

/** Builds it. */
export const createPassages = (db: Kysely<Tables>): Passages => ({
  async about(fileIds, question, room) {
    if (fileIds.length === 0) return []
    const isAll = isWithin(await sizeOf(db, fileIds), room)
    const found = isAll
      ? await allPassages(db, fileIds)
      : fitting(await rankedPassages(db, fileIds, termsOf(question)), room)
    return fileIds.map((fileId) => ({
      fileId,
      passages: found.filter((passage) => passage.fileId === fileId).sort((a, b) => a.position - b.position),
      isWhole: isAll,
    }))
  },
})

const passageColumns = ['file_id as fileId', 'position', 'place', 'content'] as const

async function sizeOf(db: Kysely<Tables>, fileIds: readonly string[]): Promise<Room> {
  const { characters, bytes } = await db
    .selectFrom('file_passages')
    .select(sql<string>`coalesce(sum(length(concat(place, content))), 0)`.as('characters'))
    .select(sql<string>`coalesce(sum(octet_length(concat(place, content))), 0)`.as('bytes'))
    .where('file_id', 'in', fileIds)
    .executeTakeFirstOrThrow()
  return { characters: Number(characters), tokens: estimateTextTokens(Number(characters), Number(bytes)) }
}

const isWithin = (size: Room, room: Room): boolean =>
  size.characters <= room.characters && size.tokens <= room.tokens

const allPassages = (db: Kysely<Tables>, fileIds: readonly string[]): Promise<FilePassage[]> =>
  db.selectFrom('file_passages').select(passageColumns).where('file_id', 'in', fileIds).execute()

const candidatesMax = 500

/** Passages in the order of their worth: a word counts the more the fewer passages have it. */
async function rankedPassages(
  db: Kysely<Tables>,
  fileIds: readonly string[],
  terms: readonly Term[],
): Promise<FilePassage[]> {
  const { rows } = await sql<FilePassage>`
    with passage as materialized (
      select file_id, position, place, content, words from file_passages where file_id = any(${fileIds})
    ), term as (
      select * from unnest(${terms.map(({ text }) => text)}::text[], ${terms.map(({ isSpaceless }) => isSpaceless)}::boolean[])
        as term (word, is_spaceless)
    ), hit as (
      select file_id, position, word from passage join term on case
        when is_spaceless then strpos(lower(content), word) > 0
        else words @@ to_tsquery('simple', quote_literal(word) || ':*') end
    ), weight as (
      select word, ln(1 + (select count(*) from passage)::double precision / count(*)) as weight
      from hit group by word
    ), score as (
      select file_id, position, sum(weight) as score from hit join weight using (word) group by file_id, position
    )
    select file_id as "fileId", position, place, content
    from passage left join score using (file_id, position)
    where position = 0 or score is not null
    order by position = 0 desc, score desc nulls last, position
    limit ${candidatesMax}`.execute(db)
  return rows
}

/** The first ones that fit, whatever stands between them. */
function fitting(ranked: readonly FilePassage[], room: Room): FilePassage[] {
  let left = room
  return ranked.filter(({ place, content }) => {
    const text = `${place ?? ''}${content}`
    const size = { characters: text.length, tokens: estimateTextTokens(text.length, Buffer.byteLength(text)) }
    if (!isWithin(size, left)) return false
    left = { characters: left.characters - size.characters, tokens: left.tokens - size.tokens }
    return true
  })
}

type Term = { text: string; isSpaceless: boolean }

const termsMax = 32
const words = new Intl.Segmenter(undefined, { granularity: 'word' })
const spaceless =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Khmer}\p{Script=Lao}]/u

/** A question's words as beginnings of words, so that “bridges” finds “bridge”; where words have no space between, as they are. */
function termsOf(question: string): Term[] {
  const found = new Map<string, boolean>()
  for (const { segment, isWordLike } of words.segment(question.slice(0, 10_000).toLowerCase())) {
    const word = segment.replace(/[^\p{L}\p{N}\p{M}]/gu, '')
    if (!isWordLike || word === '') continue
    const isSpaceless = spaceless.test(word)
    found.set(isSpaceless ? word : beginningOf(word), isSpaceless)
  }
  return [...found].slice(0, termsMax).map(([text, isSpaceless]) => ({ text, isSpaceless }))
}

const beginningOf = (word: string): string => (word.length > 5 ? word.slice(0, -2) : word)

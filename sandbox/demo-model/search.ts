// Full-text search over the sections of the documentation, strict enough to know when a question is about it.
import MiniSearch from 'minisearch'
import type { DemoDocument } from './documents.ts'

export type Passage = { page: string; path: string; heading: string; quote: string }
export type Search = (question: string) => Passage | undefined

type Section = { id: string; page: string; path: string; heading: string; text: string }

const QUOTE_LENGTH_MAX = 300
const QUESTION_LENGTH_MAX = 1_000

/** A row of a table, its heading left out. */
const ROW = /^\|(.*)\|$(?!\n\|[ :|-]+$)/gmu
const FENCED = /^```.*?^```$/gmsu
/** What looks like the name of a setting or a field rather than like a word. */
const NAME = /_|\p{Ll}\p{Lu}/u

/** Words of a question that no page should be found by. */
const COMMON = new Set(
  `a about also am an and any are as at be by can could default describe do does did explain for from get give happen
  happens has have hello hey hi how i if in into is it its know list long many may me mean much my name need of on or our
  please see set should show so some such tell than that the their there this to up us use using want was way we were
  what when where which who why will with work works would you your`.split(/\s+/),
)

/** "authenticate" and "authentication", "keys" and "key" count as the same word. */
const ENDING = /(?<=.{3})(?:at)?(?:ions?|ing|ed|es|e)$|(?<=.{2})s$/u

/** Words, and names such as TRUST_PROXY both whole and in their parts: whole, they tell one setting from another. */
function wordsOf(text: string): string[] {
  const words = text.match(/[\p{L}\p{N}_]+/gu) ?? []
  return words.flatMap((word) => (word.includes('_') ? [word, ...word.split('_')] : word))
}

function processTerm(term: string): string | null {
  const word = term.toLowerCase()
  if (word.length < 2 || COMMON.has(word)) return null
  return word.replace(/(?<=.{3})(?:ies|y)$/u, 'i').replace(ENDING, '')
}

/** A text's words without those that stand in every question, whatever their ending. */
export const meaningOf = (text: string): string[] => wordsOf(text).flatMap((word) => processTerm(word) ?? [])

/**
 * Finds the section that answers a question: at least 60 % of its meaningful words occur there, one of them in the
 * page's title, the section's heading or a name in its code. Undefined when the question is not about the
 * documentation.
 */
export function createSearch(documents: readonly DemoDocument[]): Search {
  const sections = documents.flatMap(sectionsOf)
  const index = new MiniSearch<Section>({
    fields: ['page', 'heading', 'names', 'text'],
    extractField: (section, field) =>
      field === 'names' ? namesIn(section.text).join(' ') : section[field as keyof Section],
    tokenize: wordsOf,
    processTerm,
    searchOptions: { boost: { page: 2, heading: 3 }, combineWith: 'OR' },
  })
  index.addAll(sections)
  const sectionById = new Map(sections.map((section) => [section.id, section]))
  return (question) => {
    const short = question.slice(0, QUESTION_LENGTH_MAX)
    const words = wordsOf(short)
    const asked = new Set(meaningOf(short))
    const hit = index.search(short).find((result) => {
      const isNamed = Object.values(result.match)
        .flat()
        .some((field) => field !== 'text')
      return isNamed && result.queryTerms.length >= asked.size * 0.6
    })
    const section = hit && sectionById.get(hit.id)
    if (!section) return undefined
    const { page, path, heading, text } = section
    return { page, path, heading, quote: rowOf(text, words) ?? quoteOf(text) }
  }
}

/** Names of fields and settings in a text's inline code, such as firstByteMs and TRUST_PROXY. */
function namesIn(text: string): string[] {
  const code = text.replace(FENCED, ' ').match(/`[^`\n]+`/gu) ?? []
  return code.flatMap((span) => span.match(/[\p{L}\p{N}_]+/gu) ?? []).filter((word) => NAME.test(word))
}

/** The row of a table that tells about a name that was asked for. */
function rowOf(text: string, words: readonly string[]): string | undefined {
  const asked = new Set(words.filter((word) => NAME.test(word)))
  for (const [, row = ''] of text.matchAll(ROW)) {
    const cells = row.split(/(?<!\\)\|/u).map((cell) => cell.trim().replace(/\.$/u, ''))
    const [first = '', ...others] = cells.filter(Boolean)
    if (namesIn(first).some((name) => asked.has(name))) return plain(`${first}: ${others.join('; ')}.`)
  }
  return undefined
}

function sectionsOf(document: DemoDocument): Section[] {
  const sections: Section[] = []
  let isCode = false
  for (const line of document.text.split('\n')) {
    if (line.startsWith('```')) isCode = !isCode
    const heading = isCode ? undefined : /^#{1,6} (.+)$/u.exec(line)?.[1]
    if (heading || sections.length === 0) {
      const id = `${document.path}#${sections.length}`
      sections.push({
        id,
        page: document.title,
        path: document.path,
        heading: heading ?? document.title,
        text: '',
      })
    }
    const section = sections.at(-1)
    if (section && !heading) section.text += `${line}\n`
  }
  return sections.filter(({ text }) => text.trim() !== '')
}

/** The section's start as one line of plain text, ending with a sentence where one ends in time. */
function quoteOf(text: string): string {
  const prose = text.replace(FENCED, ' ').replace(/^\|.*$/gmu, ' ')
  const line = plain(prose.trim() === '' ? text.replace(/^```.*$/gmu, ' ') : prose)
  if (line.length <= QUOTE_LENGTH_MAX) return line.replace(/:$/u, '.')
  const cut = line.slice(0, QUOTE_LENGTH_MAX)
  const sentence = /^.*[.!?](?= )/u.exec(cut)?.[0]
  return sentence ?? `${cut.replace(/ \S*$/u, '')} …`
}

/** Markdown as one line without markup. */
const plain = (markdown: string): string =>
  markdown
    .replace(/\[([^\]]*)\]\([^)]*\)/gu, '$1')
    .replace(/<!--.*?-->/gsu, ' ')
    .replace(/[`*\\]/gu, '')
    .replace(/\s+/gu, ' ')
    .trim()

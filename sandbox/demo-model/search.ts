// Full-text search over the sections of the documentation, strict enough to know when a question is about it.
import MiniSearch from 'minisearch'
import type { DemoDocument } from './documents.ts'

export type Passage = { page: string; path: string; heading: string; quote: string }
export type Search = (question: string) => Passage | undefined

type Section = { id: string; page: string; path: string; heading: string; text: string }

const QUOTE_LENGTH_MAX = 300
const QUESTION_LENGTH_MAX = 1_000

/** Words of a question that no page should be found by. */
const COMMON = new Set(
  `a about also am an and any are as at be by can could describe do does did explain for from get give happen happens has have hello
  hey hi how i if in into is it its know list long many me mean much my need of on or our please should show so
  some such tell than that the their there this to up us use using want was way we were what when where which who
  why will with work works would you your`.split(/\s+/),
)

/** "authenticate" and "authentication", "keys" and "key" count as the same word. */
const ENDING = /(?<=.{3})(?:at)?(?:ions?|ing|ed|es|e)$|(?<=.{2})s$/u

function processTerm(term: string): string | null {
  const word = term.toLowerCase().replace(/['’].*$/u, '')
  if (word.length < 2 || COMMON.has(word)) return null
  return word.replace(/(?<=.{3})(?:ies|y)$/u, 'i').replace(ENDING, '')
}

/**
 * Finds the section that answers a question: at least 60 % of its meaningful words occur there, one of them in the
 * page's title or the section's heading. Undefined when the question is not about the documentation.
 */
export function createSearch(documents: readonly DemoDocument[]): Search {
  const sections = documents.flatMap(sectionsOf)
  const index = new MiniSearch<Section>({
    fields: ['page', 'heading', 'text'],
    processTerm,
    searchOptions: { boost: { page: 2, heading: 3 }, combineWith: 'OR' },
  })
  index.addAll(sections)
  const sectionById = new Map(sections.map((section) => [section.id, section]))
  return (question) => {
    const short = question.slice(0, QUESTION_LENGTH_MAX)
    const asked = new Set(short.split(/[^\p{L}\p{N}'’]+/u).flatMap((word) => processTerm(word) ?? []))
    const hit = index.search(short).find((result) => {
      const isNamed = Object.values(result.match)
        .flat()
        .some((field) => field !== 'text')
      return isNamed && result.queryTerms.length >= asked.size * 0.6
    })
    const section = hit && sectionById.get(hit.id)
    return section && { ...section, quote: quoteOf(section.text) }
  }
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
  const prose = text.replace(/^```.*?^```$/gmsu, ' ').replace(/^\|.*$/gmu, ' ')
  const source = prose.trim() === '' ? text.replace(/^```.*$/gmu, ' ') : prose
  const plain = source
    .replace(/\[([^\]]*)\]\([^)]*\)/gu, '$1')
    .replace(/[`*]/gu, '')
    .replace(/\s+/gu, ' ')
    .trim()
  if (plain.length <= QUOTE_LENGTH_MAX) return plain.replace(/:$/u, '.')
  const cut = plain.slice(0, QUOTE_LENGTH_MAX)
  const sentence = /^.*[.!?](?= )/u.exec(cut)?.[0]
  return sentence ?? `${cut.replace(/ \S*$/u, '')} …`
}

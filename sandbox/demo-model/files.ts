// Answers from files as the portal's chat quotes them: `<file name="report.pdf" …>`, places in brackets, `</file>`.
import { meaningOf } from './search.ts'
import type { Message } from './wire.ts'

type Quoted = { name: string; place: string | null; sentence: string }

const FILE = /<file name="([^"]*)"[^>]*>([\s\S]*?)<\/file>/gu
const QUOTE_LENGTH_MAX = 400

/** What is said in a message beside the files quoted in it. */
export const besideFiles = (text: string): string => text.replace(FILE, '').trim()

/** The sentence of the conversation's files with most of the question's words; undefined where there are no files. */
export function answerFromFiles(messages: readonly Message[], question: string): string | undefined {
  const sentences = messages.filter(({ role }) => role === 'user').flatMap(({ text }) => sentencesIn(text))
  const names = [...new Set(messages.flatMap(({ text }) => [...text.matchAll(FILE)].map(([, name]) => name)))]
  if (names.length === 0) return undefined
  const asked = new Set(meaningOf(question))
  const worth = ({ sentence }: Quoted) => new Set(meaningOf(sentence).filter((word) => asked.has(word))).size
  const best = sentences.reduce<Quoted | undefined>(
    (best, each) => (worth(each) > (best ? worth(best) : 0) ? each : best),
    undefined,
  )
  if (!best) return `I have ${names.join(', ')}, and found none of your words in it.`
  const { name, place, sentence } = best
  return `“${sentence.slice(0, QUOTE_LENGTH_MAX)}” (${name}${place === null ? '' : `, ${place}`})`
}

function sentencesIn(text: string): Quoted[] {
  return [...text.matchAll(FILE)].flatMap(([, name = '', body = '']) => {
    let place: string | null = null
    return body.split('\n').flatMap((line) => {
      const named = /^\[(.+)\]$/u.exec(line)?.[1]
      if (named) {
        place = named
        return []
      }
      const sentences = line.split(/(?<=[.!?。])\s+/u).map((sentence) => sentence.trim())
      return sentences.filter(Boolean).map((sentence) => ({ name, place, sentence }))
    })
  })
}

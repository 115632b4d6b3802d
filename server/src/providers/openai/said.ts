import { isRecord, textOf } from '../json.ts'

type Json = Record<string, unknown>

/** What a message or delta says, under whichever names its server has for it; a text is empty where nothing is. */
export type Said = { reasoning: string; text: string; refusal: string }

/** Reads content that is a text or a list of parts, and thoughts from a field of their own or from among the parts. */
export function readSaid({ content, reasoning_content: named, reasoning, refusal }: Json): Said {
  return {
    reasoning: textOf(named) || textOf(reasoning) || thoughtsIn(content),
    text: textIn(content),
    refusal: textOf(refusal),
  }
}

function textIn(content: unknown): string {
  if (!Array.isArray(content)) return textOf(content)
  return content.map((part) => (isPart(part, 'text') ? textOf(part.text) : '')).join('')
}

function thoughtsIn(content: unknown): string {
  if (!Array.isArray(content)) return ''
  return content.map((part) => (isPart(part, 'thinking') ? textIn(part.thinking) : '')).join('')
}

const isPart = (part: unknown, type: string): part is Json => isRecord(part) && part.type === type

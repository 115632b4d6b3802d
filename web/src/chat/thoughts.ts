// Models behind servers that do not tell thoughts apart write them at the beginning of their text, between tags.
import type { Shown } from './live-answer.ts'

const opening = /^\s*<(think|thinking)>/
const tags = ['<think>', '<thinking>']

/** What a model said, with what it wrote between its tags told as what it thought; also while they come. */
export function withThoughts(shown: Shown, isGrowing: boolean): Shown {
  const { content, reasoning } = shown
  const begun = opening.exec(content)
  if (!begun) return isGrowing && isBegun(content) ? { content: '', reasoning } : shown
  const closing = `</${begun[1]}>`
  const rest = content.slice(begun[0].length)
  const end = rest.indexOf(closing)
  const thought = end < 0 ? withoutBegun(rest, isGrowing ? closing : '') : rest.slice(0, end)
  return {
    content: end < 0 ? '' : rest.slice(end + closing.length).trimStart(),
    reasoning: [reasoning, thought.trim()].filter(Boolean).join('\n\n') || null,
  }
}

/** Whether a text may go on to be a tag. */
function isBegun(content: string): boolean {
  const start = content.trimStart()
  return start !== '' && tags.some((tag) => tag.startsWith(start))
}

/** A text without the beginning of a tag at its end. */
function withoutBegun(text: string, tag: string): string {
  for (let length = Math.min(tag.length - 1, text.length); length > 0; length--) {
    if (text.endsWith(tag.slice(0, length))) return text.slice(0, -length)
  }
  return text
}

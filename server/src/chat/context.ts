// What a model is given to answer: the branch up to the question, as much of it as it can hold.
import type { ModelEntry } from '../models/index.ts'
import { bareRequest, type NeutralMessage, type NeutralRequest, type TextBlock } from '../neutral/index.ts'
import { estimateTextTokens } from '../tokens/index.ts'

type Said = { role: 'user' | 'assistant' | 'system'; content: string }

/** A request, and how many of the oldest messages it leaves out. */
export type Context = { request: NeutralRequest; omittedMessages: number }

type Settings = { instructions: string | null; temperature: number | null }

/** The branch as a request to a model. */
export function contextOf(
  branch: readonly Said[],
  { instructions, temperature }: Settings,
  model: Pick<ModelEntry, 'contextTokens' | 'outputTokensMax'>,
): Context {
  // An answer that came to nothing says nothing.
  const said = branch.filter(({ content }) => content.trim() !== '')
  const kept = fitting(said, roomFor(model) - tokensOf(instructions ?? ''))
  return {
    request: { ...bareRequest, temperature, system: textBlocks(instructions), messages: inTurns(kept) },
    omittedMessages: said.length - kept.length,
  }
}

const textBlocks = (text: string | null): TextBlock[] => (text?.trim() ? [{ type: 'text', text }] : [])

// Roles and separators take a few.
const tokensPerMessage = 4
const tokensOf = (text: string): number =>
  estimateTextTokens(text.length, Buffer.byteLength(text)) + tokensPerMessage

/** Tokens for what is asked: the answer keeps what it may take, and at least a quarter of all. */
function roomFor({
  contextTokens,
  outputTokensMax,
}: Pick<ModelEntry, 'contextTokens' | 'outputTokensMax'>): number {
  if (contextTokens === null) return Number.POSITIVE_INFINITY
  const quarter = Math.ceil(contextTokens / 4)
  return contextTokens - Math.min(outputTokensMax ?? quarter, quarter)
}

/** The newest messages that fit, beginning with one of the person's; the question always does. */
function fitting(said: readonly Said[], room: number): Said[] {
  let left = room
  let first = said.length
  while (first > 0) {
    left -= tokensOf(said[first - 1]?.content ?? '')
    if (left < 0 && first < said.length) break
    first -= 1
  }
  while (first > 0 && first < said.length - 1 && said[first]?.role === 'assistant') first += 1
  return said.slice(first)
}

/** Roles alternate: what one said in several messages is one turn of several blocks. */
function inTurns(said: readonly Said[]): NeutralMessage[] {
  const turns: { role: Said['role']; content: TextBlock[] }[] = []
  for (const { role, content } of said) {
    const last = turns.at(-1)
    if (last?.role === role) last.content.push({ type: 'text', text: content })
    else turns.push({ role, content: [{ type: 'text', text: content }] })
  }
  return turns
}

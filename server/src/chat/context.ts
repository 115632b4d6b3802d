// What a model is given to answer: the branch up to the question, as much of it as it can hold.
import type { ModelEntry } from '../models/index.ts'
import {
  bareRequest,
  type NeutralMessage,
  type NeutralRequest,
  type TextBlock,
  type UserBlock,
} from '../neutral/index.ts'
import { estimateTextTokens } from '../tokens/index.ts'
import { aboutFiles, type Material, tokensPerPicture } from './material.ts'

type Said = { role: 'user' | 'assistant' | 'system'; content: string; fileIds?: readonly string[] }

/** A request, and how many of the oldest messages it leaves out. */
export type Context = { request: NeutralRequest; omittedMessages: number }

type Settings = {
  /** What the model is told before the conversation, in order. */
  instructions: readonly (string | null)[]
  temperature: number | null
  model: Pick<ModelEntry, 'contextTokens' | 'outputTokensMax'>
}

/** The branch as a request to a model, with what there is to show of its files. */
export function contextOf(branch: readonly Said[], settings: Settings, material: Material): Context {
  const { instructions, temperature, model } = settings
  const system = textBlocks([...instructions, material.size > 0 ? aboutFiles : null])
  const said = branch
    .map((message) => ({ role: message.role, content: blocksOf(message, material) }))
    // An answer that came to nothing says nothing.
    .filter(({ content }) => content.length > 0)
  const kept = fitting(said, roomFor(model) - tokensOf(system))
  return {
    request: { ...bareRequest, temperature, system, messages: inTurns(kept) },
    omittedMessages: said.length - kept.length,
  }
}

const textBlocks = (texts: readonly (string | null)[]): TextBlock[] =>
  texts.flatMap((text) => (text?.trim() ? [{ type: 'text' as const, text }] : []))

const blocksOf = ({ content, fileIds = [] }: Said, material: Material): UserBlock[] => [
  ...fileIds.flatMap((id) => material.get(id) ?? []),
  ...textBlocks([content]),
]

// Roles and separators take a few.
const tokensPerMessage = 4

const tokensOf = (blocks: readonly UserBlock[]): number =>
  blocks.reduce((sum, block) => sum + tokensOfBlock(block), tokensPerMessage)

const tokensOfBlock = (block: UserBlock): number =>
  block.type === 'text'
    ? estimateTextTokens(block.text.length, Buffer.byteLength(block.text))
    : tokensPerPicture

/** Tokens for what is asked: the answer keeps what it may take, and at least a quarter of all. */
function roomFor({ contextTokens, outputTokensMax }: Settings['model']): number {
  if (contextTokens === null) return Number.POSITIVE_INFINITY
  const quarter = Math.ceil(contextTokens / 4)
  return contextTokens - Math.min(outputTokensMax ?? quarter, quarter)
}

type Turn = { role: Said['role']; content: UserBlock[] }

/** The newest messages that fit, beginning with one of the person's; the question always does. */
function fitting(said: readonly Turn[], room: number): Turn[] {
  let left = room
  let first = said.length
  while (first > 0) {
    left -= tokensOf(said[first - 1]?.content ?? [])
    if (left < 0 && first < said.length) break
    first -= 1
  }
  while (first > 0 && first < said.length - 1 && said[first]?.role === 'assistant') first += 1
  return said.slice(first)
}

/** Roles alternate: what one said in several messages is one turn of several blocks. */
function inTurns(said: readonly Turn[]): NeutralMessage[] {
  const turns: Turn[] = []
  for (const { role, content } of said) {
    const last = turns.at(-1)
    if (last?.role === role) last.content.push(...content)
    else turns.push({ role, content: [...content] })
  }
  return turns as NeutralMessage[]
}

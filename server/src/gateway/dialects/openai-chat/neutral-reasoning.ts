import type { AssistantBlock, Reasoning } from '../../../neutral/index.ts'
import { isRecord, numberOf } from '../lossless.ts'

type Fields = Record<string, unknown>

/**
 * The thoughts that a message gives back, in either of the two ways that clients do: `thinking_blocks`, with
 * Anthropic's own blocks, or `reasoning_details`. What is not signed no model takes back.
 */
export function reasoningBlocks({
  thinking_blocks: blocks,
  reasoning_details: details,
}: Fields): AssistantBlock[] {
  if (Array.isArray(blocks)) return blocks.filter(isRecord).flatMap(ofThinkingBlock)
  return Array.isArray(details) ? details.filter(isRecord).flatMap(ofDetail) : []
}

/** Whether a message gives back thoughts in any way, signed or not. */
export const hasThoughts = (message: Fields): boolean =>
  ['reasoning_content', 'reasoning', 'thinking_blocks', 'reasoning_details'].some((field) => {
    const value = message[field]
    return (typeof value === 'string' || Array.isArray(value)) && value.length > 0
  })

function ofThinkingBlock({ type, thinking, signature, data }: Fields): AssistantBlock[] {
  return type === 'redacted_thinking' ? redacted(data) : signed(thinking, signature)
}

/** Other vendors' thoughts are sealed for their own models. */
function ofDetail({ type, text, signature, data, format }: Fields): AssistantBlock[] {
  if (typeof format === 'string' && !format.startsWith('anthropic')) return []
  return type === 'reasoning.encrypted' ? redacted(data) : signed(text, signature)
}

const redacted = (data: unknown): AssistantBlock[] =>
  typeof data === 'string' && data !== '' ? [{ type: 'redacted-reasoning', data }] : []

const signed = (text: unknown, signature: unknown): AssistantBlock[] =>
  typeof signature === 'string' && signature !== ''
    ? [{ type: 'reasoning', text: typeof text === 'string' ? text : '', signature }]
    : []

/** How much a request wants thought: `reasoning_effort`, or `reasoning` as several servers spell it. */
export function reasoningOf({ reasoning_effort: effort, reasoning }: Fields): Reasoning | null {
  const asked: Fields = isRecord(reasoning) ? reasoning : {}
  const budgetTokens = numberOf(asked.max_tokens)
  if (asked.enabled === false) return none
  if (budgetTokens !== null) return { effort: null, budgetTokens }
  const named = asked.effort ?? effort ?? (asked.enabled === true ? 'medium' : null)
  if (typeof named !== 'string') return null
  return named === 'none' ? none : { effort: named, budgetTokens: null }
}

const none: Reasoning = { effort: null, budgetTokens: null }

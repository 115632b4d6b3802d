import type { AnswerPart } from '../gathered.ts'

/** Thoughts as their model takes them back, for clients that give them back: nothing that is not signed. */
export const thinkingBlocks = (parts: readonly AnswerPart[]): Record<string, unknown>[] =>
  parts.flatMap((part): Record<string, unknown>[] => {
    if (part.type === 'redacted-reasoning') return [{ type: 'redacted_thinking', data: part.data }]
    if (part.type !== 'reasoning' || part.signature === null) return []
    return [{ type: 'thinking', thinking: part.text, signature: part.signature }]
  })

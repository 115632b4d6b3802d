import { upstreamToolId } from '../../../neutral/index.ts'
import type { Piece } from '../conversation.ts'

/**
 * Calls and results under the ids that the upstream gave its calls, before this dialect's clients were given others.
 * An id whose original is in the conversation already stays: two must not become one.
 */
export function withUpstreamIds(pieces: readonly Piece[]): Piece[] {
  const ids = new Set(pieces.flatMap(({ content }) => content.flatMap(idsOf)))
  const original = (id: string): string => {
    const found = upstreamToolId(id)
    return ids.has(found) ? id : found
  }
  return pieces.map((piece) => ({ ...piece, content: piece.content.map(renaming(original)) }) as Piece)
}

type Block = Piece['content'][number]

function idsOf(block: Block): string[] {
  if (block.type === 'tool-call') return [block.id]
  return block.type === 'tool-result' ? [block.callId] : []
}

const renaming =
  (original: (id: string) => string) =>
  (block: Block): Block => {
    if (block.type === 'tool-call') return { ...block, id: original(block.id) }
    return block.type === 'tool-result' ? { ...block, callId: original(block.callId) } : block
  }

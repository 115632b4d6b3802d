import { isRecord } from '../json.ts'
import type { Json } from './blocks.ts'

const marksMax = 4

/**
 * Takes away all but the last marks that Anthropic allows, in the order in which a prompt is made: a later mark covers
 * what an earlier one did. Returns whether any was taken.
 */
export function keepLastMarks({ tools, system, messages }: Json): boolean {
  const marked = [tools, system, messages].flatMap(markedIn)
  const surplus = marked.slice(0, Math.max(0, marked.length - marksMax))
  for (const block of surplus) delete block.cache_control
  return surplus.length > 0
}

function markedIn(blocks: unknown): Json[] {
  if (!Array.isArray(blocks)) return []
  return blocks
    .filter(isRecord)
    .flatMap((block) => [...markedIn(block.content), ...('cache_control' in block ? [block] : [])])
}

import type { Draft } from './draft.ts'
import type { Passage, ReadingLimits } from './reading.ts'

/** Of the time there is: what remains is for sending what was read. */
const timeShare = 0.8

/**
 * Takes passages until one would pass a limit, or until the time since the process began is nearly over; empty ones
 * are left out, and what no database stores.
 */
export async function keepWithin(
  draft: Draft['passages'],
  { charactersMax, passagesMax, timeMsMax }: ReadingLimits,
): Promise<{ passages: Passage[]; isTruncated: boolean }> {
  const passages: Passage[] = []
  let characters = 0
  for await (const { place, text } of draft) {
    const stored = text.replaceAll('\0', '').toWellFormed()
    if (stored.trim() === '') continue
    characters += stored.length
    const isFull = characters > charactersMax || passages.length === passagesMax
    if (isFull || performance.now() > timeMsMax * timeShare) return { passages, isTruncated: true }
    passages.push({ place: place?.replaceAll('\0', '').toWellFormed() ?? null, text: stored })
  }
  return { passages, isTruncated: false }
}

// Which messages of a thread are on the page: those in sight, and a few around them.
import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual'
import { useState } from 'react'
import type { Turn } from './branch.ts'
import { useThreadBox } from './thread-box.ts'

/** What it takes about; what a message really takes is measured once it is on the page. */
function estimatedHeight({ message: { role, content } }: Turn): number {
  const lines = content.split('\n').reduce((sum, line) => sum + 1 + Math.floor(line.length / 90), 0)
  return role === 'assistant' ? 90 + 25 * lines : 80 + 23 * Math.min(lines, 400)
}

/** The window on the messages of a branch; the last one, which may grow, and the one with the focus are always in it. */
export function useMessageWindow(turns: readonly Turn[]) {
  const { box } = useThreadBox()
  const [focused, setFocused] = useState<string | null>(null)
  const virtualizer = useVirtualizer<HTMLDivElement, HTMLLIElement>({
    count: turns.length,
    getScrollElement: () => box,
    getItemKey: (index) => turns[index]?.message.id ?? index,
    estimateSize: (index) => {
      const turn = turns[index]
      return turn ? estimatedHeight(turn) : 0
    },
    // To the pixel's fraction: what leaves the page leaves as much room as it took.
    measureElement: (element) => element.getBoundingClientRect().height,
    // A chat is opened at its end.
    initialOffset: () => turns.reduce((sum, turn) => sum + estimatedHeight(turn), 0),
    overscan: 3,
    rangeExtractor: (range) => {
      const kept = [turns.findIndex(({ message }) => message.id === focused), turns.length - 1]
      const indexes = new Set([...defaultRangeExtractor(range), ...kept.filter((index) => index >= 0)])
      return [...indexes].sort((one, other) => one - other)
    },
  })
  // What is read stays where it is when something above it turns out to be larger or smaller.
  virtualizer.shouldAdjustScrollPositionOnItemSizeChange = ({ key, start, end }, _, { scrollOffset }) => {
    const top = scrollOffset ?? 0
    return virtualizer.itemSizeCache.has(key) ? end <= top : start < top
  }
  return { virtualizer, onFocus: setFocused }
}

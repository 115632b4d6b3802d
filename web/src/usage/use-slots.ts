import type { UsageSummary } from '@portal/contract'
import { useCallback, useMemo } from 'react'
import type { UsageSearch } from './asked.ts'
import { timezone } from './figures.ts'
import { narrowTo } from './slots.ts'

/** The days, or hours, of a summary, and what narrows the page to one of them. */
export function useSlots({ from, dailyUsage }: UsageSummary, onNarrow: (change: UsageSearch) => void) {
  const slots = useMemo(() => dailyUsage.map(({ date }) => date), [dailyUsage])
  const choose = useCallback(
    (index: number) => {
      const range = narrowTo({ slots, from, timezone, index })
      if (range) onNarrow({ period: '', ...range })
    },
    [slots, from, onNarrow],
  )
  return { slots, choose }
}

import type { UsageSummary } from '@portal/contract'
import { useQuery } from '@tanstack/react-query'
import { useCallback, useMemo } from 'react'
import { Loaded, Section } from '../ui/index.ts'
import type { UsageSearch } from './asked.ts'
import { ChartPanel } from './chart-panel.tsx'
import { chartsOf } from './charts.ts'
import { timezone } from './figures.ts'
import { narrowTo } from './slots.ts'
import layout from './usage.module.css'
import { type AskedUsage, usageQueries } from './usage-queries.ts'

type ChartsProps = {
  asked: AskedUsage
  summary: UsageSummary
  onNarrow: (change: UsageSearch) => void
}

/** How use went over the days, or the hours. */
export function Charts({ asked, summary: { from, dailyUsage }, onNarrow }: ChartsProps) {
  const latency = useQuery(usageQueries.latency(asked))
  // Those of what was asked before stand under other days.
  const times = latency.isPlaceholderData ? undefined : latency.data
  const slots = useMemo(() => dailyUsage.map(({ date }) => date), [dailyUsage])
  const charts = useMemo(() => chartsOf(dailyUsage, times ?? []), [dailyUsage, times])
  const choose = useCallback(
    (index: number) => {
      const range = narrowTo({ slots, from, timezone, index })
      if (range) onNarrow({ period: '', ...range })
    },
    [slots, from, onNarrow],
  )
  return (
    <div className={layout.pairs}>
      {charts.map((chart) =>
        chart.id === 'times' && latency.data === undefined && latency.error ? (
          <Section key={chart.id} title={chart.title}>
            <Loaded query={latency} what="answer times">
              {() => null}
            </Loaded>
          </Section>
        ) : (
          <ChartPanel key={chart.id} chart={chart} slots={slots} onChoose={choose} />
        ),
      )}
    </div>
  )
}

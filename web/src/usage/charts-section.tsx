import type { UsageSummary } from '@portal/contract'
import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { Loaded, Section } from '../ui/index.ts'
import type { UsageSearch } from './asked.ts'
import { ChartPanel } from './chart-panel.tsx'
import { chartsOf } from './charts.ts'
import layout from './usage.module.css'
import { type AskedUsage, usageQueries } from './usage-queries.ts'
import { useSlots } from './use-slots.ts'

export type ChartsProps = {
  asked: AskedUsage
  summary: UsageSummary
  onNarrow: (change: UsageSearch) => void
}

/** Charts of times, and what is said where those could not be read. */
const timesOf: Record<string, string> = { times: 'answer times', 'first-token': 'times of first tokens' }

/** How use went over the days, or the hours. */
export function Charts({ asked, summary, onNarrow }: ChartsProps) {
  const latency = useQuery(usageQueries.latency(asked))
  const { slots, choose } = useSlots(summary, onNarrow)
  const charts = useMemo(() => chartsOf(summary.dailyUsage, latency.data ?? []), [summary, latency.data])
  return (
    <div className={layout.pairs}>
      {charts.map((chart) => {
        const what = timesOf[chart.id]
        return what && latency.isLoadingError ? (
          <Section key={chart.id} title={chart.title}>
            <Loaded query={latency} what={what}>
              {() => null}
            </Loaded>
          </Section>
        ) : (
          <ChartPanel
            {...{ chart, slots }}
            key={chart.id}
            onChoose={choose}
            isAwaited={what !== undefined && latency.isPending}
          />
        )
      })}
    </div>
  )
}

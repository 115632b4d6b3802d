import type { RatingsDay } from '@portal/contract'
import { useMemo } from 'react'
import { ChartPanel } from './chart-panel.tsx'
import { ratingsCharts } from './ratings-charts.ts'

type RatedOverTimeProps = {
  rated: readonly RatingsDay[]
  slots: readonly string[]
  onChoose: (slot: number) => void
  /** What is there is of what was asked before: it would stand under other days. */
  isAwaited: boolean
}

/** The charts of ratings, loaded where anything was rated. */
export function RatedOverTime({ rated, slots, ...panel }: RatedOverTimeProps) {
  const charts = useMemo(() => ratingsCharts(rated, slots), [rated, slots])
  return charts.map((chart) => <ChartPanel {...panel} {...{ chart, slots }} key={chart.id} />)
}

// What draws, loaded once a chart comes into view.
import '@mantine/charts/styles.layer.css'
import { BarChart, LineChart } from '@mantine/charts'
import { useEffect } from 'react'
import { useActiveTooltipLabel, useIsTooltipActive } from 'recharts'
import type { Chart } from './charts.ts'
import { shortText } from './figures.ts'
import { slotText, wholeSlotText } from './slots.ts'

export type DrawnChartProps = {
  chart: Chart
  /** The days or hours, as the server names them. */
  slots: readonly string[]
  /** Which slot the cursor is at; null where it is at none. */
  onCursor: (slot: number | null) => void
}

const height = 220

/** A chart whose cursor goes along with that of the others beside it. */
export function DrawnChart({ chart, slots, onCursor }: DrawnChartProps) {
  const { title, kind, series, format, axisFormat } = chart
  const shared = {
    ...{ h: height, data: dataOf(chart), dataKey: 'slot', series: [...series] },
    valueFormatter: format,
    ...({ gridAxis: 'x', tickLine: 'none' } as const),
    xAxisProps: {
      ...{ tickFormatter: (slot: number) => slotText(slots[slot]), minTickGap: 24 },
      interval: 'equidistantPreserveStart' as const,
    },
    // What is counted is whole.
    yAxisProps: { tickFormatter: axisFormat, width: 64, allowDecimals: axisFormat !== shortText },
    tooltipProps: {
      labelFormatter: (slot: unknown) => wholeSlotText(slots[Number(slot)]),
    },
    children: <Cursor onMove={onCursor} />,
  }
  const drawing = { syncId: 'usage', title }
  if (kind === 'bars') return <BarChart {...shared} type="stacked" barChartProps={drawing} maxBarWidth={36} />
  return (
    <LineChart
      {...shared}
      curveType="linear"
      connectNulls={false}
      dotProps={{ r: 2 }}
      lineChartProps={drawing}
    />
  )
}

const dataOf = ({ series, values }: Chart) =>
  values.map((figures, slot) => ({
    slot,
    ...Object.fromEntries(series.map(({ name }, i) => [name, figures[i] ?? null])),
  }))

/** Tells where the cursor is, however it came there. */
function Cursor({ onMove }: { onMove: (slot: number | null) => void }) {
  const label = useActiveTooltipLabel()
  const isActive = useIsTooltipActive()
  const slot = isActive && label !== undefined ? Number(label) : null
  useEffect(() => onMove(slot), [slot, onMove])
  return null
}

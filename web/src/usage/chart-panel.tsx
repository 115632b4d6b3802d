import { Skeleton, Switch, Text } from '@mantine/core'
import { useInViewport } from '@mantine/hooks'
import { lazy, type ReactNode, Suspense, useCallback, useMemo, useRef, useState } from 'react'
import { Section } from '../ui/index.ts'
import { ChartLegend } from './chart-legend.tsx'
import classes from './chart-panel.module.css'
import { summaryOf } from './chart-sums.ts'
import { type Chart, sentenceOf, without } from './charts.ts'
import { wholeSlotText } from './slots.ts'

const ChartTable = lazy(() => import('./chart-table.tsx').then(({ ChartTable }) => ({ default: ChartTable })))
const DrawnChart = lazy(() => import('./drawn-chart.tsx').then(({ DrawnChart }) => ({ default: DrawnChart })))

type ChartPanelProps = {
  chart: Chart
  slots: readonly string[]
  /** Narrows the page to one of the slots. */
  onChoose: (slot: number) => void
  /** Its figures are on their way. */
  isAwaited?: boolean
}

/** A chart with its name and what it comes to, and the same figures as a table. */
export function ChartPanel({ chart, slots, onChoose, isAwaited = false }: ChartPanelProps) {
  const [isTable, setTable] = useState(false)
  const [hidden, hide] = useState<ReadonlySet<string>>(new Set())
  const drawn = useMemo(() => without(chart, hidden), [chart, hidden])
  if (isAwaited) {
    return (
      <Section title={chart.title}>
        <Skeleton height={220} role="status" aria-label={`Loading ${chart.title}`} />
      </Section>
    )
  }
  return (
    <Section
      title={chart.title}
      actions={
        <Switch
          size="xs"
          label="Show as table"
          aria-label={`Show ${chart.title} as table`}
          checked={isTable}
          onChange={(event) => setTable(event.currentTarget.checked)}
        />
      }
    >
      <Text size="sm" c="dimmed" mb="sm">
        {summaryOf(chart, slots)}
      </Text>
      {isTable ? (
        <Suspense fallback={<Skeleton height={220} />}>
          <ChartTable chart={chart} slots={slots} />
        </Suspense>
      ) : (
        <>
          <OnceInView>
            <Suspense fallback={<Skeleton height={220} />}>
              <Walkable chart={drawn} slots={slots} onChoose={onChoose} />
            </Suspense>
          </OnceInView>
          <ChartLegend chart={chart} hidden={hidden} onHide={hide} />
        </>
      )}
    </Section>
  )
}

/** Room for a chart, which is drawn from when somebody first scrolled to it. */
function OnceInView({ children }: { children: ReactNode }) {
  const { ref, inViewport } = useInViewport<HTMLDivElement>()
  const [wasInView, setWasInView] = useState(false)
  if (inViewport && !wasInView) setWasInView(true)
  return (
    <div ref={ref} className={classes.room}>
      {wasInView && children}
    </div>
  )
}

/** A chart that is walked along with the arrows, and says where it is. */
function Walkable({ chart, slots, onChoose }: ChartPanelProps) {
  const cursor = useRef<number | null>(null)
  const choose = () => {
    if (cursor.current !== null) onChoose(cursor.current)
  }
  const [hasFocus, setFocus] = useState(false)
  const [said, setSaid] = useState('')
  const move = useCallback(
    (slot: number | null) => {
      cursor.current = slot
      setSaid(slot === null ? '' : `${wholeSlotText(slots[slot])}: ${sentenceOf(chart, slot)}`)
    },
    [chart, slots],
  )
  return (
    <>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: what takes the keys is the chart within */}
      <div
        className={classes.chart}
        onFocus={() => setFocus(true)}
        onBlur={() => setFocus(false)}
        // A press would focus the chart, and its cursor would jump to the first slot.
        onMouseDown={(event) => event.preventDefault()}
        // The cursor follows a finger a frame later.
        onClick={() => requestAnimationFrame(() => requestAnimationFrame(choose))}
        onKeyDown={({ key }) => {
          if (key === 'Enter') choose()
        }}
      >
        <DrawnChart chart={chart} slots={slots} onCursor={move} />
      </div>
      <Text size="xs" c="dimmed" className={classes.said} aria-live="polite">
        {hasFocus && (said || 'Move with the arrow keys; Enter shows that time alone.')}
      </Text>
    </>
  )
}

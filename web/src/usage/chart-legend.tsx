import { UnstyledButton } from '@mantine/core'
import classes from './chart-legend.module.css'
import { type Sums, sumsOf } from './chart-sums.ts'
import type { Chart } from './charts.ts'

type ChartLegendProps = {
  chart: Chart
  /** Labels of the series that are not drawn. */
  hidden: ReadonlySet<string>
  onHide: (hidden: ReadonlySet<string>) => void
}

/** What each series comes to; where there are several each is hidden and shown, but for the last. */
export function ChartLegend({ chart, hidden, onHide }: ChartLegendProps) {
  const { title, series } = chart
  const sums = sumsOf(chart)
  const shown = series.filter(({ label }) => !hidden.has(label))
  const toggle = (label: string) => {
    const next = new Set(hidden)
    if (!next.delete(label)) next.add(label)
    if (series.some((one) => !next.has(one.label))) onHide(next)
  }
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is of a form
    <div role="group" aria-label={`${title}, series`} className={classes.legend}>
      {series.map(({ label, color }, i) => {
        const entry = <Entry label={label} color={color} sums={sums[i] ?? []} />
        if (series.length === 1) return <span key={label}>{entry}</span>
        const isShown = shown.length === 0 || !hidden.has(label)
        return (
          <UnstyledButton
            key={label}
            className={classes.toggle}
            aria-pressed={isShown}
            aria-disabled={isShown && shown.length === 1}
            onClick={() => toggle(label)}
          >
            {entry}
          </UnstyledButton>
        )
      })}
    </div>
  )
}

type EntryProps = { label: string; color: string; sums: Sums }

const Entry = ({ label, color, sums }: EntryProps) => (
  <span className={classes.entry}>
    <span
      className={classes.swatch}
      style={{ color: `var(--mantine-color-${color.replace('.', '-')})` }}
      aria-hidden
    />
    <span className={classes.label}>{label}</span>
    {sums.map(([name, text]) => (
      <span key={name} className={classes.sum}>
        {name} <b>{text}</b>
      </span>
    ))}
  </span>
)

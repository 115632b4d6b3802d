import { CopyAs, csvOf } from '../ui/index.ts'
import type { Chart } from './charts.ts'
import { isHour, slotText } from './slots.ts'
import { TableHead } from './table-head.tsx'
import classes from './tables.module.css'

/** A chart's figures, slot by slot, and the way to take them along. */
export function ChartTable({ chart, slots }: { chart: Chart; slots: readonly string[] }) {
  const { title, series, values, format } = chart
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable with the keyboard */}
      <section className={classes.scrolled} aria-label={`${title}, figures`} tabIndex={0}>
        <table className={classes.table} aria-label={title}>
          <TableHead of={headerOf(slots)} figures={series.map(({ label }) => label)} />
          <tbody>
            {slots.map((slot, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: an hour may come twice, and none moves
              <tr key={i}>
                <th scope="row">{slotText(slot)}</th>
                {series.map(({ name }, of) => (
                  <td key={name} data-align="right">
                    {format(values[i]?.[of] ?? null)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      <CopyAs what="CSV" textOf={() => csvOfChart(chart, slots)} />
    </>
  )
}

const headerOf = (slots: readonly string[]): string => (isHour(slots[0] ?? '') ? 'Hour' : 'Day')

/** The figures as they are, for a spreadsheet to count with. */
const csvOfChart = ({ series, values }: Chart, slots: readonly string[]): string =>
  csvOf([
    [headerOf(slots), ...series.map(({ label }) => label)],
    ...slots.map((slot, i) => [slot, ...series.map((_, of) => String(values[i]?.[of] ?? ''))]),
  ])

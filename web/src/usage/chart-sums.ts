// What a chart comes to over all of its slots: a sentence, and figures for each series.
import { type Chart, sum } from './charts.ts'
import { slotInWords, spanText } from './slots.ts'

/** Of a series over all slots, by name: "Total", "Average", "Last". */
export type Sums = readonly (readonly [name: string, text: string])[]

/** Of each series in their order: amounts have a total and an average, levels an average and the last that was measured. */
export function sumsOf(chart: Chart): Sums[] {
  const { kind, series, format, axisFormat } = chart
  return series.map((_, of) => {
    const measured = measuredOf(chart, of)
    const average = averageOf(chart, of)
    return kind === 'bars'
      ? [
          ['Total', format(sum(measured))],
          ['Average', average === null ? format(null) : axisFormat(average)],
        ]
      : [
          ['Average', format(average)],
          ['Last', format(measured.at(-1) ?? null)],
        ]
  })
}

const measuredOf = ({ values }: Chart, of: number): number[] => values.flatMap((figures) => figures[of] ?? [])

function averageOf(chart: Chart, of: number): number | null {
  const known = chart.overall?.[of]
  if (known !== undefined) return known
  const measured = measuredOf(chart, of)
  return measured.length === 0 ? null : sum(measured) / measured.length
}

/** All of a chart in a sentence: "1,204 in 7 days, most on November 18 (310)." */
export function summaryOf(chart: Chart, slots: readonly string[]): string {
  const { kind, format, values } = chart
  if (kind === 'lines') return levelsText(chart, slots)
  const totals = values.map((figures) => sum(figures.map((figure) => figure ?? 0)))
  const peak = Math.max(...totals)
  const most =
    peak > 0 && slots.length > 1 && `, most ${slotInWords(slots[totals.indexOf(peak)])} (${format(peak)})`
  return `${format(sum(totals))} in ${spanText(slots)}${most || ''}.`
}

function levelsText(chart: Chart, slots: readonly string[]): string {
  const { series, format } = chart
  const named = ({ of, figure }: Level) =>
    series.length === 1 ? format(figure) : `${series[of]?.label} ${format(figure)}`
  const averages = series.flatMap((_, of) => {
    const figure = averageOf(chart, of)
    return figure === null ? [] : { of, figure }
  })
  const during = `on average in ${spanText(slots)}`
  if (averages.length === 0) return `Nothing was measured in ${spanText(slots)}.`
  // More names than fit into a sentence: they stand in the legend.
  if (averages.length > 2)
    return `From ${named(highestOf(averages))} to ${named(highestOf(averages, -1))} ${during}.`
  const peak = highestOf(levelsOf(chart))
  const highest =
    peak.figure > 0 && slots.length > 1 && `, highest ${slotInWords(slots[peak.slot])} (${named(peak)})`
  return `${averages.map(named).join(', ')} ${during}${highest || ''}.`
}

type Level = { of: number; figure: number }

const levelsOf = ({ values }: Chart) =>
  values.flatMap((figures, slot) =>
    figures.flatMap((figure, of) => (figure === null ? [] : { slot, of, figure })),
  )

/** The first of the highest levels; of the lowest, with -1. */
const highestOf = <Of extends Level>(levels: readonly Of[], sign = 1): Of =>
  levels.reduce((highest, one) => (sign * one.figure > sign * highest.figure ? one : highest))

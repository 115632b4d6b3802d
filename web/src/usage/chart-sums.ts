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
  const { series, format, values } = chart
  const isOne = series.length === 1
  const named = (of: number, figure: number) => (isOne ? '' : `${series[of]?.label} `) + format(figure)
  const averages = series.flatMap((_, of) => {
    const average = averageOf(chart, of)
    return average === null ? [] : named(of, average)
  })
  if (averages.length === 0) return `Nothing was measured in ${spanText(slots)}.`
  const all = values.flatMap((figures, slot) =>
    figures.map((figure, of) => ({ slot, of, figure: figure ?? 0 })),
  )
  const peak = all.reduce((highest, one) => (one.figure > highest.figure ? one : highest))
  const highest =
    peak.figure > 0 &&
    slots.length > 1 &&
    `, highest ${slotInWords(slots[peak.slot])} (${named(peak.of, peak.figure)})`
  return `${averages.join(', ')} on average in ${spanText(slots)}${highest || ''}.`
}

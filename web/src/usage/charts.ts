// What is drawn of a summary: each chart as its slots and the figures in them, which its table shows as well.
import type { UsageDay } from '@portal/contract'
import { countText, durationText, moneyText, percentText, shortText } from './figures.ts'

type Series = { name: string; label: string; color: string }

/** A chart; a slot without a figure has null, and is a gap. */
export type Chart = {
  id: string
  title: string
  /** Bars are amounts, which add up; lines are levels. */
  kind: 'bars' | 'lines'
  series: readonly Series[]
  /** Of levels that are parts of something, what they are of all of it; others are averaged over the slots. */
  overall?: readonly (number | null)[]
  /** By slot and series, in their order. */
  values: readonly (readonly (number | null)[])[]
  /** A figure, and the same beside an axis. */
  format: (value: number | null) => string
  axisFormat: (value: number) => string
}

type Times = Record<'p50' | 'p95' | 'firstTokenP50' | 'firstTokenP95', number | null>

/** Every chart of a period; times are there once they were read. */
export function chartsOf(days: readonly UsageDay[], latency: readonly Times[]): Chart[] {
  return [
    {
      ...{ id: 'requests', title: 'Requests', kind: 'bars', format: countText, axisFormat: shortText },
      series: [
        { name: 'served', label: 'Served', color: 'pine.5' },
        { name: 'failed', label: 'Failed', color: 'red.5' },
      ],
      values: days.map(({ requests, errors }) => [requests - errors, errors]),
    },
    {
      ...{ id: 'tokens', title: 'Tokens', kind: 'bars', format: countText, axisFormat: shortText },
      series: [
        { name: 'input', label: 'Input', color: 'pine.5' },
        { name: 'cached', label: 'Cached input', color: 'pine.3' },
        { name: 'output', label: 'Output', color: 'yellow.5' },
      ],
      values: days.map(({ inputTokens, cachedTokens, outputTokens }) => [
        inputTokens - cachedTokens,
        ...[cachedTokens, outputTokens],
      ]),
    },
    {
      ...{ id: 'cost', title: 'Cost', kind: 'bars', format: moneyText, axisFormat: moneyText },
      series: [{ name: 'cost', label: 'Cost', color: 'pine.5' }],
      values: days.map(({ cost }) => [cost]),
    },
    {
      ...{ id: 'errors', title: 'Error rate', kind: 'lines', format: percentText, axisFormat: percentText },
      series: [{ name: 'rate', label: 'Error rate', color: 'red.5' }],
      values: days.map(({ requests, errors }) => [shareOf(errors, requests)]),
      overall: [shareOf(sum(days.map(({ errors }) => errors)), sum(days.map(({ requests }) => requests)))],
    },
    {
      ...{ id: 'times', title: 'Answer time', kind: 'lines', format: durationText, axisFormat: durationText },
      series: quantiles,
      values: days.map((_, slot) => [latency[slot]?.p50 ?? null, latency[slot]?.p95 ?? null]),
    },
    {
      ...{ id: 'first-token', title: 'First token', kind: 'lines' },
      ...{ format: durationText, axisFormat: durationText, series: quantiles },
      values: days.map((_, slot) => [
        latency[slot]?.firstTokenP50 ?? null,
        latency[slot]?.firstTokenP95 ?? null,
      ]),
    },
  ]
}

const quantiles: readonly Series[] = [
  { name: 'p50', label: 'P50', color: 'pine.5' },
  { name: 'p95', label: 'P95', color: 'yellow.5' },
]

export const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0)

/** From 0 to 100; null where there is nothing to be a share of. */
export const shareOf = (part: number, whole: number): number | null =>
  whole === 0 ? null : (part / whole) * 100

/** A chart without the series of some labels; whole where none would be left. */
export function without(chart: Chart, labels: ReadonlySet<string>): Chart {
  const kept = chart.series.flatMap(({ label }, i) => (labels.has(label) ? [] : i))
  if (kept.length === 0 || kept.length === chart.series.length) return chart
  const of = <Of>(all: readonly Of[]): Of[] => kept.flatMap((i) => all[i] as Of)
  return { ...chart, series: of(chart.series), values: chart.values.map(of) }
}

/** What a chart says of a slot: "Served: 12, Failed: 1". */
export const sentenceOf = ({ series, values, format }: Chart, slot: number): string =>
  series.map(({ label }, i) => `${label}: ${format(values[slot]?.[i] ?? null)}`).join(', ')

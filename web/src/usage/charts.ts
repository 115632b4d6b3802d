// What is drawn of a summary: each chart as its slots and the figures in them, which its table shows as well.
import type { UsageDay } from '@portal/contract'
import { countText, durationText, moneyText, percentText, shortText } from './figures.ts'

type Series = { name: string; label: string; color: string }

/** A chart; a slot without a figure has null, and is a gap. */
export type Chart = {
  id: string
  title: string
  kind: 'bars' | 'lines'
  series: readonly Series[]
  /** By slot and series, in their order. */
  values: readonly (readonly (number | null)[])[]
  /** A figure, and the same beside an axis. */
  format: (value: number | null) => string
  axisFormat: (value: number) => string
}

type Times = { p50: number | null; p95: number | null }

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
      values: days.map(({ requests, errors }) => [requests === 0 ? null : (errors / requests) * 100]),
    },
    {
      ...{ id: 'times', title: 'Answer time', kind: 'lines', format: durationText, axisFormat: durationText },
      series: [
        { name: 'p50', label: 'P50', color: 'pine.5' },
        { name: 'p95', label: 'P95', color: 'yellow.5' },
      ],
      values: days.map((_, slot) => [latency[slot]?.p50 ?? null, latency[slot]?.p95 ?? null]),
    },
  ]
}

/** What a chart says of a slot: "Served: 12, Failed: 1". */
export const sentenceOf = ({ series, values, format }: Chart, slot: number): string =>
  series.map(({ label }, i) => `${label}: ${format(values[slot]?.[i] ?? null)}`).join(', ')

// How answers were rated, as charts: how many good and bad, and the share of good by model.
import type { RatingsDay } from '@portal/contract'
import { type Chart, shareOf } from './charts.ts'
import { countText, percentText, shortText } from './figures.ts'
import { downOf, ratingsByModel, upOf } from './ratings-by-model.ts'

// Of so many models each has its own colour; the others are one.
const colors = ['pine.5', 'yellow.5', 'blue.6', 'grape.6', 'red.5']
const colorOfOthers = 'gray.5'

const goodOf = (rows: readonly RatingsDay[]): number | null => shareOf(upOf(rows), upOf(rows) + downOf(rows))

/** The charts of ratings in slots. */
export function ratingsCharts(rated: readonly RatingsDay[], slots: readonly string[]): Chart[] {
  const bySlot = Map.groupBy(rated, ({ date }) => date)
  // Of an hour that comes twice the first has them all.
  const inSlots = slots.map((slot, i) => (slots.indexOf(slot) === i && bySlot.get(slot)) || [])
  const models = modelsOf(rated)
  return [
    {
      ...{ id: 'ratings', title: 'Good and bad ratings', kind: 'bars' },
      ...{ format: countText, axisFormat: shortText },
      series: [
        { name: 'good', label: 'Good', color: 'pine.5' },
        { name: 'bad', label: 'Bad', color: 'red.5' },
      ],
      values: inSlots.map((rows) => [upOf(rows), downOf(rows)]),
    },
    {
      ...{ id: 'good', title: 'Share of good ratings', kind: 'lines' },
      ...{ format: percentText, axisFormat: percentText },
      // A model's own name may have dots, which here would be a way into what is drawn.
      series: models.map(({ label, color }, i) => ({ name: `model-${i}`, label, color })),
      values: inSlots.map((rows) => models.map(({ has }) => goodOf(rows.filter(has)))),
      overall: models.map(({ has }) => goodOf(rated.filter(has))),
    },
  ]
}

type Models = { label: string; color: string; has: (rated: { model: string }) => boolean }

function modelsOf(rated: readonly RatingsDay[]): Models[] {
  const all = ratingsByModel(rated).map(({ model }) => model)
  const named = all.length > colors.length ? all.slice(0, colors.length) : all
  const own = named.map((model, i) => ({
    label: model,
    color: colors[i] ?? colorOfOthers,
    has: (one: { model: string }) => one.model === model,
  }))
  if (named.length === all.length) return own
  const others = { label: 'Other models', color: colorOfOthers }
  return [...own, { ...others, has: ({ model }) => !named.includes(model) }]
}

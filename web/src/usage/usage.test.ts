import { expect, test } from 'vitest'
import { askedBefore, askedOf, changed, hasFilters, withoutFilters } from './asked.ts'
import { summaryOf, sumsOf } from './chart-sums.ts'
import { type Chart, chartsOf, sentenceOf, without } from './charts.ts'
import { daysOf, withDay } from './days.ts'
import { changeText, countText, durationText, moneyText, percentText, shortText } from './figures.ts'
import { keyName } from './names.ts'
import { usedUpAt } from './pace.ts'
import { ratingsByModel } from './ratings-by-model.ts'
import { ratingsCharts } from './ratings-charts.ts'
import { errorWords } from './request-facts.ts'
import { narrowTo, slotText, wholeSlotText } from './slots.ts'

test('[W-120] an address is what the server is asked, without words that are not known', () => {
  expect(askedOf({}, 'UTC')).toEqual({ timezone: 'UTC', period: '30d' })
  expect(
    askedOf({ period: '7d', key: 'none', model: 'm', status: 'error', user: 'usr_1' }, 'Asia/Kolkata'),
  ).toEqual({
    ...{ timezone: 'Asia/Kolkata', period: '7d' },
    ...{ apiKey: 'none', model: 'm', status: 'error', user: 'usr_1' },
  })
  expect(askedOf({ period: 'ever', status: 'odd' }, 'UTC')).toEqual({ timezone: 'UTC', period: '30d' })
  expect(askedOf({ period: '7d', from: '2026-11-01', to: '2026-11-02' }, 'UTC')).toEqual({
    ...{ timezone: 'UTC', from: '2026-11-01', to: '2026-11-02' },
  })
})

test('[W-120] filters are cleared without the period', () => {
  const search = { period: '7d', model: 'm', compare: 'off' }
  expect(hasFilters(search)).toBe(true)
  expect(withoutFilters(search)).toEqual({ period: '7d', compare: 'off' })
  expect(hasFilters(withoutFilters(search))).toBe(false)
  expect(changed(search, { model: '', period: '24h' })).toEqual({ period: '24h', compare: 'off' })
})

test('[W-120] days follow one another, and wait until a year is typed', () => {
  const days = { from: '2026-11-10', to: '2026-11-12' }
  expect(withDay(days, 'from', '2026-11-11')).toEqual({ from: '2026-11-11', to: '2026-11-12' })
  expect(withDay(days, 'from', '2026-11-20')).toEqual({ from: '2026-11-20', to: '2026-11-20' })
  expect(withDay(days, 'to', '0002-11-20')).toBeNull()
  expect(withDay(days, 'to', '')).toBeNull()
  const hour = ['2026-11-22T23:00:00.000Z', '2026-11-23T00:00:00.000Z'] as const
  expect(daysOf(...hour, 'UTC')).toEqual({ from: '2026-11-22', to: '2026-11-22' })
  expect(daysOf(...hour, 'Europe/Berlin')).toEqual({ from: '2026-11-23', to: '2026-11-23' })
})

test('[W-121] the period before is as long, ends where this one begins, and has the same filters', () => {
  const range = { from: '2026-11-15T23:00:00.000Z', to: '2026-11-22T12:15:00.000Z' }
  expect(askedBefore({ period: '7d', timezone: 'Europe/Berlin', model: 'm' }, range)).toEqual({
    ...{ timezone: 'Europe/Berlin', model: 'm' },
    ...{ from: '2026-11-09T09:45:00.000Z', to: '2026-11-15T23:00:00.000Z' },
  })
  expect(changeText(112, 100)).toBe('+12%')
  expect(changeText(50, 100)).toBe('-50%')
  expect(changeText(5, 0)).toBeNull()
  expect(changeText(null, 5)).toBeNull()
})

test('[W-123] a plan is used up on the day that its pace leads to', () => {
  const [now, to] = [Date.parse('2026-11-20T00:00:00Z'), '2026-11-30T00:00:00.000Z']
  const at = (limit: number | null, used: number) =>
    usedUpAt({ to, tokens: { used, limit, forecast: 200 } }, now)
  expect(at(150, 100)?.toISOString()).toBe('2026-11-25T00:00:00.000Z')
  expect(at(200, 100)).toBeNull()
  expect(at(null, 100)).toBeNull()
  expect(at(90, 100)?.getTime()).toBe(now)
})

test('[W-124] a day is narrowed to its hours, and an hour to itself, also where clocks are half an hour off', () => {
  const days = {
    slots: ['2026-11-21', '2026-11-22'],
    from: '2026-11-20T23:00:00Z',
    timezone: 'Europe/Berlin',
  }
  expect(narrowTo({ ...days, index: 1 })).toEqual({ from: '2026-11-22', to: '2026-11-22' })
  expect(narrowTo({ ...days, index: 2 })).toBeNull()
  const slots = ['2026-11-22T14:00', '2026-11-22T15:00']
  const hours = { slots, from: '2026-11-22T08:45:00.000Z', timezone: 'Asia/Kolkata' }
  expect(narrowTo({ ...hours, index: 1 })).toEqual({
    ...{ from: '2026-11-22T09:30:00.000Z', to: '2026-11-22T10:30:00.000Z' },
  })
  expect(narrowTo({ ...hours, slots: slots.slice(0, 1), index: 0 })).toBeNull()
})

test('[W-124] the hour that comes twice is two hours', () => {
  const slots = ['2026-10-25T01:00', '2026-10-25T02:00', '2026-10-25T02:00', '2026-10-25T03:00']
  const second = narrowTo({ slots, from: '2026-10-24T23:00:00Z', timezone: 'Europe/Berlin', index: 2 })
  expect(second).toEqual({ from: '2026-10-25T01:00:00.000Z', to: '2026-10-25T02:00:00.000Z' })
})

test('[W-124] a chart has gaps where nothing was measured, and zeros where there was nothing', () => {
  const none = {
    requests: 0,
    tokens: 0,
    cost: 0,
    errors: 0,
    inputTokens: 0,
    cachedTokens: 0,
    outputTokens: 0,
  }
  const used = {
    requests: 4,
    tokens: 150,
    cost: 0.2,
    errors: 1,
    inputTokens: 100,
    cachedTokens: 30,
    outputTokens: 50,
  }
  const charts = chartsOf(
    [
      { ...none, date: '2026-11-21', avgResponseTime: null },
      { ...used, date: '2026-11-22', avgResponseTime: 900 },
    ],
    [
      { p50: null, p95: null, firstTokenP50: null, firstTokenP95: null },
      { p50: 800, p95: 0, firstTokenP50: 90, firstTokenP95: null },
    ],
  )
  const valuesOf = Object.fromEntries(charts.map(({ id, values }) => [id, values]))
  expect(valuesOf).toEqual({
    requests: [
      [0, 0],
      [3, 1],
    ],
    tokens: [
      [0, 0, 0],
      [70, 30, 50],
    ],
    cost: [[0], [0.2]],
    errors: [[null], [25]],
    times: [
      [null, null],
      [800, 0],
    ],
    'first-token': [
      [null, null],
      [90, null],
    ],
  })
  expect(charts.map((chart) => sentenceOf(chart, 1))).toContain('P50: 800ms, P95: 0ms')
})

const aChart = (given: Partial<Chart>): Chart => ({
  ...{ id: 'a', title: 'A chart', kind: 'lines', format: countText, axisFormat: shortText },
  ...{ series: seriesOf('P50', 'P95'), values: [], ...given },
})
const seriesOf = (...labels: string[]) => labels.map((label) => ({ name: label, label, color: 'pine.5' }))
const days = ['2026-11-17', '2026-11-18', '2026-11-19']

test('[W-182] a chart is told in a sentence: amounts by their sum and most, levels by their average and highest', () => {
  const amounts = aChart({
    kind: 'bars',
    series: seriesOf('Served', 'Failed'),
    values: [
      [800, 94],
      [300, 10],
      [0, 0],
    ],
  })
  expect(summaryOf(amounts, days)).toBe('1,204 in 3 days, most on November 17 (894).')
  expect(summaryOf(aChart({ kind: 'bars', values: [[0], [0]] }), days.slice(1))).toBe('0 in 2 days.')
  expect(summaryOf(aChart({ kind: 'bars', values: [[7]] }), ['2026-11-18T14:00'])).toBe('7 in 1 hour.')
  const levels = [
    [null, null],
    [10, 40],
    [20, null],
  ]
  expect(summaryOf(aChart({ values: levels }), days)).toBe(
    'P50 15, P95 40 on average in 3 days, highest on November 18 (P95 40).',
  )
  expect(summaryOf(aChart({ values: [[null, null]] }), days.slice(2))).toBe('Nothing was measured in 1 day.')
  const many = aChart({ series: seriesOf('a', 'b', 'c'), values: [[40, 90, 60]] })
  expect(summaryOf(many, days.slice(2))).toBe('From b 90 to a 40 on average in 1 day.')
  const rate = aChart({ series: seriesOf('Rate'), values: [[50], [null], [10]], overall: [12] })
  const hours = ['2026-11-18T13:00', '2026-11-18T14:00', '2026-11-18T15:00']
  expect(summaryOf(rate, hours).replace(/\s/g, ' ')).toBe(
    '12 on average in 3 hours, highest at 1:00 PM on November 18 (50).',
  )
})

test('[W-182] a series has its sum and average, a level its average and the last that was measured', () => {
  const values = [
    [1, 100],
    [3, null],
    [null, null],
  ]
  expect(sumsOf(aChart({ values })).map((sums) => sums.map((sum) => sum.join(' ')))).toEqual([
    ['Average 2', 'Last 3'],
    ['Average 100', 'Last 100'],
  ])
  expect(sumsOf(aChart({ kind: 'bars', values: [[1200], [2000]], series: seriesOf('A') }))).toEqual([
    [
      ['Total', '3,200'],
      ['Average', '1.6K'],
    ],
  ])
  expect(sumsOf(aChart({ values: [[50], [10]], overall: [12], series: seriesOf('A') }))[0]?.[0]).toEqual([
    ...['Average', '12'],
  ])
})

test('[W-182] series that are hidden are not drawn, and never all', () => {
  const chart = aChart({ values: [[1, 2]] })
  expect(without(chart, new Set(['P50']))).toMatchObject({ series: [{ label: 'P95' }], values: [[2]] })
  expect(without(chart, new Set(['P50', 'P95']))).toBe(chart)
  expect(without(chart, new Set(['another']))).toBe(chart)
})

test('[W-180] ratings are drawn by slot: good and bad, and the share of good of each model', () => {
  const slots = ['2026-10-25T01:00', '2026-10-25T02:00', '2026-10-25T02:00', '2026-10-25T03:00']
  const rated = [
    { date: '2026-10-25T02:00', model: 'gpt-4.1', up: 3, down: 1 },
    { date: '2026-10-25T02:00', model: 'b', up: 0, down: 1 },
    { date: '2026-10-25T03:00', model: 'gpt-4.1', up: 0, down: 1 },
  ]
  const [counts, shares] = ratingsCharts(rated, slots)
  expect(counts?.values).toEqual([...[[0, 0]], [3, 2], [0, 0], [0, 1]])
  expect(shares?.series).toEqual([
    { name: 'model-0', label: 'gpt-4.1', color: 'pine.5' },
    { name: 'model-1', label: 'b', color: 'yellow.5' },
  ])
  expect(shares?.values).toEqual([
    ...[
      [null, null],
      [75, 0],
      [null, null],
      [0, null],
    ],
  ])
  expect(shares?.overall).toEqual([60, 0])
  const many = Array.from({ length: 7 }, (_, i) => ({ date: 'x', model: `m${i}`, up: 9 - i, down: 0 }))
  const [, all] = ratingsCharts(many, ['x'])
  expect(all?.series.map(({ label }) => label)).toEqual(['m0', 'm1', 'm2', 'm3', 'm4', 'Other models'])
})

test('slots are written as days or hours, as they stand in the zone, and not at all once they are gone', () => {
  expect(slotText('2026-11-22')).toBe('Nov 22')
  expect(slotText('2026-11-22T14:00').replace(/\s/, ' ')).toBe('2:00 PM')
  expect(wholeSlotText('2026-11-22')).toBe('Sunday, November 22, 2026')
  expect(wholeSlotText(undefined)).toBe('')
})

test('[W-126] ratings of days are one row for each model', () => {
  const rated = [
    { model: 'a', up: 1, down: 0 },
    { model: 'b', up: 2, down: 2 },
    { model: 'a', up: 1, down: 1 },
  ]
  expect(ratingsByModel(rated)).toEqual([
    { model: 'b', up: 2, down: 2 },
    { model: 'a', up: 2, down: 1 },
  ])
})

test('[W-127] a failure is said in words, and a code that nobody knows as it is', () => {
  expect(errorWords('upstream_timeout')).toBe('The model took too long to answer.')
  expect(errorWords('odd')).toBe('odd')
  expect(keyName('key_abcd1234', null)).toBe('A deleted key (…1234)')
})

test('[W-130] money is written to the cent, below a cent to four digits; what is not known is a dash', () => {
  expect(['0', '1234.5', '0.01', '0.0099', '0.000123456'].map((usd) => moneyText(Number(usd)))).toEqual([
    ...['$0.00', '$1,234.50', '$0.01', '$0.0099', '$0.0001235'],
  ])
  expect([countText(1234567), percentText(6.18), durationText(950), durationText(2774)]).toEqual([
    ...['1,234,567', '6.18%', '950ms', '2.77s'],
  ])
  expect(moneyText(null)).toBe('–')
})

import { expect, test } from 'vitest'
import { TokenPeriods } from './token-periods.ts'

const day = (number: number) => ({ startsAt: number * 10, endsAt: number * 10 + 10 })

test('the period before the newest stays, older ones go', () => {
  const periods = new TokenPeriods()
  for (const number of [1, 2, 3]) periods.open(day(number), number)
  expect(periods.find(10)).toBeUndefined()
  expect(periods.find(20)).toMatchObject({ settled: 2 })
  expect(periods.find(30)).toMatchObject({ settled: 3 })
})

test('a period in which tokens are held stays', () => {
  const periods = new TokenPeriods()
  periods.open(day(1)).held = 5
  for (const number of [2, 3, 4]) periods.open(day(number))
  expect(periods.open(day(1))).toMatchObject({ held: 5 })
})

import type { StatusDay } from '@portal/contract'
import { expect, test } from 'vitest'
import { daysAgoWords, dayWords, minutesWords, percentWords } from './words.ts'

const day: StatusDay = {
  ...{ date: '2026-11-22', state: 'degraded', uptime: 99.5, downMinutes: 7 },
  ...{ degradedMinutes: 0, maintenanceMinutes: 0 },
}

test('[W-141] shares are never rounded up', () => {
  expect([100, 99.999_9, 99.99, 99.986, 0, null].map(percentWords)).toEqual([
    ...['100\u00a0%', '99.99\u00a0%', '99.99\u00a0%', '99.98\u00a0%', '0.00\u00a0%', 'No data'],
  ])
})

test('[W-141] a day is told in words', () => {
  expect(dayWords(day)).toBe('down for 7 minutes (99.50\u00a0%)')
  expect(dayWords({ ...day, downMinutes: 0, degradedMinutes: 1, maintenanceMinutes: 150 })).toBe(
    'problems for 1 minute, maintenance for 2 h 30 min',
  )
  expect(dayWords({ ...day, downMinutes: 0 })).toBe('worked all day')
  expect(dayWords({ ...day, state: 'unknown' })).toBe('no data')
  expect(minutesWords(180)).toBe('3 hours')
})

test('[W-142] days ago are those of the reader’s calendar', () => {
  const now = new Date(2026, 10, 22, 0, 30).getTime()
  const ago = (...at: [number, number, number, number]) => daysAgoWords(new Date(...at).toISOString(), now)
  expect(ago(2026, 10, 22, 0)).toBe('Today')
  expect(ago(2026, 10, 21, 23)).toBe('Yesterday')
  expect(ago(2026, 10, 12, 12)).toBe('10 days ago')
})

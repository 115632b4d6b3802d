// What is promised, and what of it is kept: counted in minutes.
import type { StatusReport } from '@portal/contract'
import type { DaySums } from './day-sums.ts'
import { dayMs, dayOf, minuteMs } from './minute.ts'

/** Per cent of the minutes in which the API shall work. */
const target = 99.9

/** Minutes that count towards uptime: those of planned maintenance do not. */
export const countedMinutes = ({ operational, degraded, down, missed }: DaySums): number =>
  operational + degraded + down + missed

/** Minutes in which it was down, or nothing was recorded. */
export const lostMinutes = ({ down, missed }: DaySums): number => down + missed

/** Per cent of the counted minutes that were not lost; null without any. */
export function uptimeOf(days: readonly DaySums[]): number | null {
  const counted = total(days.map(countedMinutes))
  return counted === 0 ? null : (100 * (counted - total(days.map(lostMinutes)))) / counted
}

/** The service level of the API's days, in the month (UTC) of an instant and in the 90 days until it. */
export function serviceLevelOf(days: readonly DaySums[], nowMs: number): StatusReport['serviceLevel'] {
  const at = new Date(nowMs)
  const month = Date.UTC(at.getUTCFullYear(), at.getUTCMonth())
  const nextMonth = Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1)
  const today = Date.parse(dayOf(nowMs))
  return {
    target,
    month: levelOf(days, month, nextMonth),
    last90Days: levelOf(days, today - 89 * dayMs, today + dayMs),
  }
}

function levelOf(days: readonly DaySums[], fromMs: number, toMs: number) {
  const own = days.filter(({ day }) => Date.parse(day) >= fromMs)
  const downMinutes = total(own.map(lostMinutes))
  const budgetMinutes = tenths(((100 - target) / 100) * ((toMs - fromMs) / minuteMs))
  return {
    ...{ from: new Date(fromMs).toISOString(), uptime: uptimeOf(own), downMinutes, budgetMinutes },
    leftMinutes: tenths(budgetMinutes - downMinutes),
  }
}

const tenths = (minutes: number): number => Math.round(minutes * 10) / 10
const total = (numbers: readonly number[]): number => numbers.reduce((sum, number) => sum + number, 0)

const dayMs = 86_400_000
const days = 30

/** A UTC day on which something was asked. */
export type DayOfUse = { date: string; requests: number }

/** The requests of the last 30 UTC days, oldest first; days without any, which the API leaves out, are 0. */
export function requestsByDay(used: readonly DayOfUse[], nowMs: number): number[] {
  const byDate = new Map(used.map(({ date, requests }) => [date, requests]))
  return Array.from({ length: days }, (_, index) => {
    const date = new Date(nowMs - (days - 1 - index) * dayMs).toISOString().slice(0, 10)
    return byDate.get(date) ?? 0
  })
}

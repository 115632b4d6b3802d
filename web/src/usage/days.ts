const dayMs = 86_400_000

/** The day of an instant in a time zone: 2026-11-22. */
export const dayOf = (instantMs: number, timeZone: string): string =>
  new Intl.DateTimeFormat('sv-SE', { timeZone }).format(instantMs)

/** The first and the last day that an address names, whether it says days or instants; to is today unless said. */
export function daysOf(from: string, to: string | undefined, timezone: string): { from: string; to: string } {
  const dayIn = (moment: string, beforeMs: number) =>
    moment.includes('T') && !Number.isNaN(Date.parse(moment))
      ? dayOf(Date.parse(moment) - beforeMs, timezone)
      : moment
  // The instant at the end is not part of the range.
  return { from: dayIn(from, 0), to: to ? dayIn(to, 1) : dayOf(Date.now(), timezone) }
}

/** The last seven days, for somebody to begin choosing from. */
export const lastDays = (now: number, timezone: string): { from: string; to: string } => ({
  from: dayOf(now - 6 * dayMs, timezone),
  to: dayOf(now, timezone),
})

/** Days in order after one of them was changed: the other follows where they would cross. Null until it is whole. */
export function withDay(
  days: { from: string; to: string },
  side: 'from' | 'to',
  day: string,
): { from: string; to: string } | null {
  // A year that is being typed is one of the first centuries for a moment.
  if (!/^2\d{3}-\d\d-\d\d$/.test(day)) return null
  const next = { ...days, [side]: day }
  return next.from <= next.to ? next : { from: day, to: day }
}

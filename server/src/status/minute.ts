// Everything is counted in whole minutes since 1970.

export const minuteMs = 60_000
export const dayMs = 86_400_000

/** The beginning of the minute that an instant (milliseconds since 1970) is in. */
export const minuteOf = (ms: number): number => Math.floor(ms / minuteMs) * minuteMs

/** The day (UTC) that an instant is in, as `2026-11-22`. */
export const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10)

/** An instant as a field for local times has it: `2026-11-22T09:30`. */
export function localTimeOf(ms: number): string {
  const offsetMs = new Date(ms).getTimezoneOffset() * 60_000
  return new Date(ms - offsetMs).toISOString().slice(0, 16)
}

/** The instant that such a field says; empty for none. */
export function instantOf(localTime: string): string {
  const ms = new Date(localTime).getTime()
  return Number.isNaN(ms) ? '' : new Date(ms).toISOString()
}

// The days, or hours, of a chart. The server names them in the zone that was asked for: 2026-11-22, 2026-11-22T14:00.

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const inZone = { timeZone: 'UTC' } as const
const day = new Intl.DateTimeFormat(undefined, { ...inZone, day: 'numeric', month: 'short' })
const wholeDay = new Intl.DateTimeFormat(undefined, { ...inZone, dateStyle: 'full' })
const dayInWords = new Intl.DateTimeFormat(undefined, { ...inZone, day: 'numeric', month: 'long' })
const hour = new Intl.DateTimeFormat(undefined, { ...inZone, hour: 'numeric', minute: '2-digit' })
const wholeHour = new Intl.DateTimeFormat(undefined, {
  ...{ ...inZone, weekday: 'long', day: 'numeric', month: 'long', hour: 'numeric', minute: '2-digit' },
})

/** Whether it is an hour, not a day. */
export const isHour = (slot: string): boolean => slot.includes('T')

// Its words are those of the zone already: they are read and written as if it were UTC.
const asUtc = (slot: string): number => Date.parse(isHour(slot) ? `${slot}:00Z` : `${slot}T00:00:00Z`)

/** A slot in few words, for an axis; nothing for one that is not there (any more). */
export const slotText = (slot: string | undefined): string =>
  slot === undefined ? '' : (isHour(slot) ? hour : day).format(asUtc(slot))

/** A slot in full. */
export const wholeSlotText = (slot: string | undefined): string =>
  slot === undefined ? '' : (isHour(slot) ? wholeHour : wholeDay).format(asUtc(slot))

/** When a slot is, within a sentence: "on November 18", "at 2:00 PM on November 18". */
export function slotInWords(slot = ''): string {
  const on = `on ${dayInWords.format(asUtc(slot))}`
  return isHour(slot) ? `at ${slotText(slot)} ${on}` : on
}

/** How long slots are together: "7 days". */
export function spanText({ length, 0: first = '' }: readonly string[]): string {
  return `${length} ${isHour(first) ? 'hour' : 'day'}${length === 1 ? '' : 's'}`
}

const minuteOf = (instantMs: number, timeZone: string): number =>
  Number(new Intl.DateTimeFormat('en', { timeZone, minute: 'numeric' }).format(instantMs))

type Narrowing = { slots: readonly string[]; from: string; timezone: string; index: number }

/**
 * The address's days or instants for one slot of a range that begins at `from`; null where it is all of the range.
 * Hours are counted from the first, so that the one which comes twice as the clocks go back is told from its twin.
 */
export function narrowTo({ slots, from, timezone, index }: Narrowing): { from: string; to: string } | null {
  const slot = slots[index]
  if (slot === undefined) return null
  if (!isHour(slot)) return { from: slot, to: slot }
  if (slots.length === 1) return null
  const fromMs = Date.parse(from)
  const startMs = fromMs - minuteOf(fromMs, timezone) * minuteMs + index * hourMs
  return { from: new Date(startMs).toISOString(), to: new Date(startMs + hourMs).toISOString() }
}

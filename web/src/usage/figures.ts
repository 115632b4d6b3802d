// Figures as people of the browser's language write them.

/** A browser may name a zone that nobody knows. */
export const timezone = knownZone(Intl.DateTimeFormat().resolvedOptions().timeZone)

function knownZone(name: string | undefined): string {
  try {
    return /^[A-Za-z]/.test(name ?? '') && new Intl.DateTimeFormat('en', { timeZone: name }) && name
      ? name
      : 'UTC'
  } catch {
    return 'UTC'
  }
}

const whole = new Intl.NumberFormat()
const short = new Intl.NumberFormat(undefined, { notation: 'compact', maximumFractionDigits: 1 })
const percents = new Intl.NumberFormat(undefined, { style: 'percent', maximumFractionDigits: 2 })
const changes = new Intl.NumberFormat(undefined, {
  ...{ style: 'percent', maximumFractionDigits: 0, signDisplay: 'exceptZero' },
})
const money = { style: 'currency', currency: 'USD', currencyDisplay: 'narrowSymbol' } as const
const dollars = new Intl.NumberFormat(undefined, money)
const fractions = new Intl.NumberFormat(undefined, { ...money, maximumSignificantDigits: 4 })
const seconds = new Intl.NumberFormat(undefined, {
  ...{ style: 'unit', unit: 'second', unitDisplay: 'narrow', maximumFractionDigits: 2 },
})
const milliseconds = new Intl.NumberFormat(undefined, {
  ...{ style: 'unit', unit: 'millisecond', unitDisplay: 'narrow', maximumFractionDigits: 0 },
})

/** What stands where there is no figure. */
const noFigure = '–'

type Format = (value: number | null) => string
const orNone =
  (format: (value: number) => string): Format =>
  (value) =>
    value === null ? noFigure : format(value)

/** A number of things, whole. */
export const countText = orNone((value) => whole.format(value))

/** The same where room is scarce: 1.2M. */
export const shortText = orNone((value) => short.format(value))

/** US dollars: to the cent, below a cent to four digits. */
export const moneyText = orNone((usd) =>
  usd !== 0 && Math.abs(usd) < 0.01 ? fractions.format(usd) : dollars.format(usd),
)

/** A percentage, given as 0 to 100. */
export const percentText = orNone((value) => percents.format(value / 100))

/** How long something took, given in milliseconds. */
export const durationText = orNone((ms) => (ms < 1000 ? milliseconds.format(ms) : seconds.format(ms / 1000)))

/** By how much a figure is another than it was: "+12%"; null where there was none to compare with. */
export function changeText(now: number | null, before: number | null): string | null {
  if (now === null || before === null || before === 0) return null
  return changes.format((now - before) / before)
}

const counts = new Intl.NumberFormat()
const shares = new Intl.NumberFormat(undefined, { style: 'percent', maximumFractionDigits: 0 })
const dollars = new Intl.NumberFormat(undefined, {
  ...{ style: 'currency', currency: 'USD', currencyDisplay: 'narrowSymbol' },
})
const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const

export const countText = (count: number): string => counts.format(count)
export const moneyText = (usd: number): string => dollars.format(usd)
/** Given as 0 to 100. */
export const shareText = (percent: number): string => shares.format(percent / 100)

/** Bytes in the unit that fits. */
export function sizeText(bytes: number): string {
  const step = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log(bytes) / Math.log(1024)))
  const unit = units[step] ?? 'byte'
  const format = { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: 1 } as const
  return new Intl.NumberFormat(undefined, format).format(bytes / 1024 ** step)
}

/** What is allowed; null is no limit. */
export const limitText = (value: number | null, show: (value: number) => string = countText): string =>
  value === null ? 'No limit' : show(value)

export const planWords = { free: 'Free', pro: 'Pro', enterprise: 'Enterprise' } as const
export const tierWords = { FREE: 'Free', PRO: 'Pro', ENTERPRISE: 'Enterprise' } as const

/** How long ago something began, in its largest unit. */
export function durationText(ms: number): string {
  const minutes = Math.floor(ms / 60_000)
  const [value, unit] =
    minutes < 60
      ? [minutes, 'minute']
      : minutes < 48 * 60
        ? [Math.floor(minutes / 60), 'hour']
        : [Math.floor(minutes / 1440), 'day']
  return new Intl.NumberFormat(undefined, { style: 'unit', unit: String(unit), unitDisplay: 'long' }).format(
    Number(value),
  )
}

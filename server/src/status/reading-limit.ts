import { AppError } from '../errors.ts'
import { networkOf } from '../throttle/index.ts'

const windowMs = 60_000
const max = 120
const networksMax = 10_000

/** Counts who reads, by network, in memory: what is read is in memory too, and there without a database. */
export function createReadingLimit(
  now: () => number,
  counts = new Map<string, number>(),
): (address: string) => void {
  let endsAtMs = 0
  /** @throws AppError rate_limit_exceeded after 120 readings in a minute */
  return (address) => {
    const atMs = now()
    const network = networkOf(address)
    const isOver = Math.abs(endsAtMs - atMs) > windowMs || atMs >= endsAtMs
    if (isOver) endsAtMs = atMs + windowMs
    // Whoever has that many networks has as many readings anyway.
    if (isOver || (counts.size >= networksMax && !counts.has(network))) counts.clear()
    const count = (counts.get(network) ?? 0) + 1
    counts.set(network, count)
    if (count <= max) return
    const seconds = Math.ceil((endsAtMs - atMs) / 1000)
    throw new AppError('rate_limit_exceeded', { headers: { 'retry-after': String(seconds) } })
  }
}

import { AppError } from '../errors.ts'

const windowMs = 60_000
const max = 120

/** Counts who reads, by address, in memory: what is read is in memory too, and there without a database. */
export function createReadingLimit(now: () => number): (address: string) => void {
  let counts = new Map<string, number>()
  let endsAtMs = 0
  /** @throws AppError rate_limit_exceeded after 120 readings in a minute */
  return (address) => {
    const atMs = now()
    if (Math.abs(endsAtMs - atMs) > windowMs || atMs >= endsAtMs) {
      counts = new Map()
      endsAtMs = atMs + windowMs
    }
    const count = (counts.get(address) ?? 0) + 1
    counts.set(address, count)
    if (count <= max) return
    const seconds = Math.ceil((endsAtMs - atMs) / 1000)
    throw new AppError('rate_limit_exceeded', { headers: { 'retry-after': String(seconds) } })
  }
}

/**
 * More than any request can use, and small enough that the sum over every open lease stays an exact integer.
 */
const TOKENS_MAX = 100_000_000_000

/** A whole number of tokens within 0 and a hundred billion; what is not a number counts as the most. */
export function tokensFrom(value: number): number {
  return Number.isNaN(value) ? TOKENS_MAX : Math.min(TOKENS_MAX, Math.max(0, Math.ceil(value)))
}

/** A limit as a whole number from 0, Infinity when there is none; what is not a number admits nothing. */
export function limitFrom(value: number | null): number {
  if (value === null) return Number.POSITIVE_INFINITY
  return Number.isNaN(value) ? 0 : Math.max(0, Math.floor(value))
}

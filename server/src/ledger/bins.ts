// Times are counted in logarithmic bins, eight to the octave: counts of any two periods simply add up, and a
// quantile read back from them is within 5 % of the truth.

const BINS_PER_OCTAVE = 8
const MS_MAX = 2 ** 31 - 1

/** The bin of a time in whole milliseconds, 0 and up. */
export function binFromMs(ms: number): number {
  return Math.floor(BINS_PER_OCTAVE * Math.log2(ms + 1))
}

/** The geometric middle of a bin, in milliseconds (not whole). */
export function msFromBin(bin: number): number {
  return 2 ** ((bin + 0.5) / BINS_PER_OCTAVE) - 1
}

/** How many requests a bin has; none where all were corrected. */
export type Bin = { bin: number; requests: number }

/**
 * The time in whole milliseconds, within 5 %, that a share (0 to 1) of requests took at most; null where there are none.
 * @param bins in ascending order
 */
export function quantileMs(bins: readonly Bin[], share: number): number | null {
  let left = share * bins.reduce((sum, { requests }) => sum + requests, 0)
  const found = bins.find(({ requests }) => {
    left -= requests
    return requests > 0 && left <= 0
  })
  return found ? Math.round(msFromBin(found.bin)) : null
}

/** The first whole millisecond of every bin that fits a PostgreSQL integer, in order: `width_bucket` on it. */
export const binEdgesMs: readonly number[] = edges()

function edges(): number[] {
  const found: number[] = []
  for (let bin = 0; ; bin++) {
    const ms = Math.ceil(2 ** (bin / BINS_PER_OCTAVE)) - 1
    if (ms > MS_MAX) return found
    found.push(ms)
  }
}

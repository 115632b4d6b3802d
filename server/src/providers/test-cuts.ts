/** The bytes in pieces that end at these places, in any order; those behind the end count for nothing. */
export function cutAt(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const bounds = [0, ...cuts.filter((at) => at < bytes.length).sort((a, b) => a - b), bytes.length]
  return bounds.slice(1).map((end, i) => bytes.subarray(bounds[i], end))
}

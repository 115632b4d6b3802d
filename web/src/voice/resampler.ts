/** Takes sound at one rate and gives it at another: PCM of 16 bits. It keeps its place between calls. */
export type Resample = (samples: Float32Array) => Int16Array

/**
 * Builds it for a lower rate, or the same. Each sample is the mean of the stretch that it stands for, which also dampens
 * what the lower rate cannot carry.
 */
export function createResampler(fromRate: number, toRate: number): Resample {
  const step = fromRate / toRate
  let sum = 0
  let weight = 0
  return (samples) => {
    const made: number[] = []
    for (const sample of samples) {
      const missing = step - weight
      if (missing > 1) {
        sum += sample
        weight += 1
        continue
      }
      made.push((sum + sample * missing) / step)
      sum = sample * (1 - missing)
      weight = 1 - missing
    }
    return Int16Array.from(made, pcmOf)
  }
}

const pcmOf = (sample: number): number => Math.round(Math.max(-1, Math.min(1, sample)) * 32_767)

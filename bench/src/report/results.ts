import type { Gaps, Latency, Memory, Throughput } from '../measures/index.ts'

/** Everything one run found; parts that were not asked for are empty. */
export type Results = {
  command: string
  throughput: Throughput[]
  /** The portal in every pair of dialects, named `client → upstream`. */
  translation: Throughput[]
  latency: Latency[]
  gaps: Gaps[]
  memory: Memory[]
  /** Gateways left out, and why. */
  skipped: string[]
  faults: Map<string, number>
  seconds: number
}

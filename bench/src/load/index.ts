export { type Generator, startGenerator } from './generator.ts'
export type { Calls, Job, Outcome, Percentiles } from './job.ts'

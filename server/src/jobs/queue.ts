import type { z } from 'zod'

/** A kind of background work, as a value: what a job of it carries, and how it is tried. */
export type Queue<Payload extends object = object> = Readonly<{
  /** Unique, in kebab-case: jobs in the database go by it. */
  name: string
  /** Of what JSON can carry; it must not change what it checks. */
  payload: z.ZodType<Payload, Payload>
  /** How often a job is tried before it has failed. */
  triesMax: number
  /** Before the second try; every further pause doubles, plus up to as much again by chance. */
  firstPauseSeconds: number
  pauseSecondsMax: number
  /** How long one try may take. */
  timeoutSeconds: number
  /** How many jobs one process takes on at once, at least 2. */
  parallelMax: number
  /**
   * Whether every place takes its next job as soon as its last has ended, for jobs of very different lengths; else jobs
   * that wait are taken together, which asks the database less.
   */
  singly: boolean
}>

type QueueSettings<Payload extends object> = Pick<Queue<Payload>, 'name' | 'payload'> &
  Partial<Queue<Payload>>

/**
 * Declares a queue: five tries within about five minutes, a minute each and eight at once, unless said
 * otherwise.
 */
export const defineQueue = <Payload extends object>(settings: QueueSettings<Payload>): Queue<Payload> => ({
  triesMax: 5,
  firstPauseSeconds: 10,
  pauseSecondsMax: 3600,
  timeoutSeconds: 60,
  parallelMax: 8,
  singly: false,
  ...settings,
})

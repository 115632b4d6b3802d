/** Where requests go and what they are; connections take the header sets in turn. */
export type Calls = {
  port: number
  path: string
  headerSets: Record<string, string>[]
  dialect: 'openai' | 'anthropic'
  body: string
  stream: boolean
  /** Content frames a whole stream has. */
  frames: number
}

/** Work for the load generator. */
export type Job =
  /** So many connections, each asking again as soon as it is answered. */
  | { kind: 'closed'; calls: Calls; connections: number; seconds: number }
  /** Requests at random moments (a Poisson process) at a rate, whatever the answers do. */
  | { kind: 'open'; calls: Calls; ratePerSecond: number; seconds: number }
  /** Opens streams evenly over some seconds, then waits until all have ended. */
  | { kind: 'hold'; calls: Calls; count: number; openOverSeconds: number }

/** Times in milliseconds. */
export type Percentiles = { count: number; p50: number; p99: number; max: number }

export type Outcome = {
  /** Whole answers. */
  whole: number
  /** Answers that were not whole, by reason. */
  faults: Record<string, number>
  seconds: number
  /** From the request's last byte sent to the first content, to the end, and between two reads of content. */
  firstContent: Percentiles
  total: Percentiles
  gap: Percentiles
  /** How late the generator itself sent, in an open loop. */
  lateness: Percentiles
}

/** From the load process: a job's progress (streams open that have content), or its outcome. */
export type Report =
  | { kind: 'held'; open: number }
  | { kind: 'done'; outcome: Outcome }
  | { kind: 'failed'; reason: string }

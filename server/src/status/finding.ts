/** How a component was in a minute. */
export type FoundState = 'operational' | 'degraded' | 'down'

/** What was found out about a component. */
export type Finding = {
  component: string
  state: FoundState
  /** Null where it was not probed, or did not answer. */
  latencyMs: number | null
  /** In which share of requests it failed, 0 to 100; null where that is not how it is judged. */
  errorRate: number | null
}

/** Cores: two are all a small machine has. */
export const gatewayCore = 1
export const otherCore = 0

/** Something to send chat completions to, running. */
export type Gateway = {
  name: string
  port: number
  path: string
  /** Connections take these in turn. */
  headerSets: Record<string, string>[]
  /** Processes whose CPU is the gateway's. */
  pids(): number[]
  /** Processes it leans on elsewhere: the portal's PostgreSQL. */
  helperPids(): number[]
  stop(): Promise<void>
}

/** Where a gateway forwards to, and where it may keep files. */
export type Surroundings = { upstreamPort: number; folder: string }

export const modelId = 'bench-model'

/** Cores: two are all a small machine has. */
export const gatewayCore = 1
export const otherCore = 0

/** Something to send chat completions to, running. */
export type Gateway = {
  name: string
  port: number
  path: string
  /** What it is asked in, and for which model. */
  dialect: 'openai' | 'anthropic'
  model: string
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

/** The same model, behind an OpenAI-compatible server and behind Anthropic's API. */
export const models = { openai: 'bench-model', anthropic: 'bench-claude' }
export const ordinary = { dialect: 'openai', model: models.openai } as const

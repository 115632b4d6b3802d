import type { RequestDialect, SourceRequest } from '../providers/index.ts'

/** What the gateway acts on in a request for a completion; everything else stays in its source, untouched. */
export type ChatRequest = {
  dialect: RequestDialect
  model: string
  stream: boolean
  /** Whether a stream shall end with its usage. */
  wantsUsage: boolean
  /** The request itself, for whoever sends it on. */
  source: SourceRequest
  /** Every text of the request that a model reads, for counting. */
  promptTexts(): string[]
  /** The cap the client put on the answer; null where it put none. */
  outputTokensAsked: number | null
  /** How many answers are wanted. */
  choices: number
  hasImages: boolean
  /** Whether the request leaves the sampling temperature to the portal. */
  needsTemperature: boolean
  /** Size of the body without its images, in bytes of UTF-8. */
  textBytes: number
  /** What its images may cost. */
  imageTokens: number
  inputTokensEstimate: number
  sessionId: string | null
}

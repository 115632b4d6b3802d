/** What the gateway acts on in a request for a completion; everything else stays in the body, untouched. */
export type ChatRequest = {
  model: string
  stream: boolean
  /** Whether a stream shall end with its usage. */
  wantsUsage: boolean
  /** The parsed body: numbers too large for a float kept as they were written. */
  body: Record<string, unknown>
  /** The cap the client put on the answer; null where it put none. */
  outputTokensAsked: number | null
  /** The field it used for that. */
  outputTokensField: 'max_tokens' | 'max_completion_tokens' | null
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

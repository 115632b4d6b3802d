/** What turns one utterance into text. */
export type Recogniser = {
  engine: 'openai-compatible' | 'pocketsphinx'
  model: string
  /** What people should know of it; null where there is nothing. */
  note: string | null
  /** ISO 639 codes; null is whatever the model knows. */
  languages: readonly string[] | null
  /** @throws AppError upstream_timeout, upstream_unreachable, upstream_refused_us, upstream_rate_limited, upstream_error */
  recognise(pcm: Buffer, options: RecogniseOptions): Promise<Recognised>
  close(): Promise<void>
}

export type RecogniseOptions = {
  /** ISO 639; null leaves it to the model. */
  language: string | null
  signal: AbortSignal
}

/** The text of an utterance, and the tokens its making took where the engine says so. */
export type Recognised = { text: string; inputTokens: number; outputTokens: number }

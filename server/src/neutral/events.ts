/**
 * What an answer consists of, in the order it is made; a whole answer is the same events at once. One choice: what has
 * several goes from an OpenAI server to an OpenAI client as it is.
 */
export type AnswerEvent =
  | { type: 'start'; id: string | null }
  | { type: 'text'; text: string }
  | { type: 'reasoning'; text: string }
  /** Ends the thoughts before it, which only now may be given back to their model. */
  | { type: 'reasoning-signature'; signature: string }
  | { type: 'redacted-reasoning'; data: string }
  | { type: 'refusal'; text: string }
  /** `key` is the same for all events of one call; id and name come once, `input` in pieces of JSON. */
  | { type: 'tool-call'; key: number; id: string | null; name: string | null; input: string }
  | { type: 'finish'; reason: FinishReason; native: string | null; stopSequence: string | null }

export type FinishReason = 'stop' | 'length' | 'tool-calls' | 'refusal' | 'pause' | 'context-full'

/** Says in the asker's words what an upstream says that had to be asked in others. It may remember: one for each answer. */
export type Restore = (event: AnswerEvent) => AnswerEvent[]

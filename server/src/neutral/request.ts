/** What a client asks for, in no dialect's words: what two dialects have in common, and nothing else. */
export type NeutralRequest = {
  /** What stands before the conversation. */
  system: TextBlock[]
  messages: NeutralMessage[]
  tools: FunctionTool[]
  toolChoice: ToolChoice | null
  /** False where a turn may call one tool at most; null where nothing was said. */
  parallelTools: boolean | null
  outputTokensMax: number | null
  temperature: number | null
  topP: number | null
  stop: string[]
  reasoning: Reasoning | null
  outputFormat: OutputFormat | null
  /** The client's own id for its user. */
  endUser: string | null
  /** Fields of the client's dialect that say nothing in any other: left out, and disclosed. */
  ownFields: string[]
}

/** One that asks for nothing but an answer in words. */
export const bareRequest: NeutralRequest = {
  system: [],
  messages: [],
  tools: [],
  toolChoice: null,
  parallelTools: null,
  outputTokensMax: null,
  temperature: null,
  topP: null,
  stop: [],
  reasoning: null,
  outputFormat: null,
  endUser: null,
  ownFields: [],
}

/** Roles alternate; what a tool returned is in the user's turn, before anything else. */
export type NeutralMessage =
  | { role: 'user'; content: UserBlock[] }
  | { role: 'assistant'; content: AssistantBlock[] }
  /** An instruction in the middle of the conversation. */
  | { role: 'system'; content: TextBlock[] }

export type UserBlock = ToolResultBlock | TextBlock | ImageBlock | DocumentBlock
export type AssistantBlock =
  | TextBlock
  | RefusalBlock
  | ReasoningBlock
  | RedactedReasoningBlock
  | ToolCallBlock

/** `cache` is a mark of the client's that a prompt may be cached up to here, as it was spelled. */
type Cacheable = { cache?: Record<string, unknown> }

export type TextBlock = Cacheable & { type: 'text'; text: string }
export type RefusalBlock = { type: 'refusal'; text: string }
export type ImageBlock = Cacheable & { type: 'image'; mediaType: string; base64: string }
export type DocumentBlock = Cacheable & {
  type: 'document'
  mediaType: string
  /** Base64; the text itself where the type is text/plain. */
  data: string
  title: string | null
}
/** Thoughts as a model gave them; without a signature no model takes them back. */
export type ReasoningBlock = { type: 'reasoning'; text: string; signature: string | null }
export type RedactedReasoningBlock = { type: 'redacted-reasoning'; data: string }
/** `input` is a JSON object as text, never empty. */
export type ToolCallBlock = Cacheable & { type: 'tool-call'; id: string; name: string; input: string }
export type ToolResultBlock = Cacheable & {
  type: 'tool-result'
  callId: string
  content: (TextBlock | ImageBlock | DocumentBlock)[]
  isError: boolean
}

/** `parameters` is a JSON schema, as it was spelled. */
export type FunctionTool = Cacheable & {
  name: string
  description: string | null
  parameters: Record<string, unknown>
  strict: boolean | null
}

export type ToolChoice = { type: 'auto' | 'required' | 'none' } | { type: 'function'; name: string }

/** How much to think: a number of tokens where one was given, else by effort. */
export type Reasoning =
  | { effort: string; budgetTokens: null }
  | { effort: null; budgetTokens: number }
  /** Said not to. */
  | { effort: null; budgetTokens: null }

export type OutputFormat =
  | { type: 'json' }
  | {
      type: 'schema'
      name: string
      description: string | null
      schema: Record<string, unknown>
      strict: boolean | null
    }

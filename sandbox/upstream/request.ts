// The request after the shape checks of `validate.ts`: only the fields an answer depends on.
import type { JsonObject } from './json.ts'

/** One message of a checked request. */
export type ChatMessage = {
  role: string
  content?: string | readonly { type: string; text?: string }[] | null
  tool_calls?: readonly { id: string; function: { name: string; arguments: string } }[]
  tool_call_id?: string
}

/** A function tool of a checked request. */
export type FunctionTool = { function: { name: string; parameters?: JsonObject } }

/** A checked chat-completions request. */
export type ChatRequest = {
  model: string
  messages: readonly ChatMessage[]
  stream?: boolean | null
  stream_options?: { include_usage?: boolean } | null
  n?: number | null
  stop?: string | readonly string[] | null
  max_tokens?: number | null
  max_completion_tokens?: number | null
  tools?: readonly FunctionTool[] | null
  tool_choice?: string | { function: { name: string } } | null
  response_format?: { type: string; json_schema?: { schema?: JsonObject } } | null
}

/** The text of a message: its string, or its text parts joined by a space. */
export function textOf(message: ChatMessage): string {
  if (typeof message.content === 'string') return message.content
  return (message.content ?? []).map((part) => part.text ?? '').join(' ')
}

/** The text of the last user message, or an empty string. */
export function lastUserText(request: ChatRequest): string {
  const message = request.messages.findLast(({ role }) => role === 'user')
  return message ? textOf(message) : ''
}

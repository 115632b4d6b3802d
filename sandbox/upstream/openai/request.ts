// The request after the shape checks of `validate.ts`: only the fields an answer depends on.
import { isObject, type JsonObject } from '../json.ts'
import type { Question } from '../reply.ts'

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
  parallel_tool_calls?: boolean | null
  tool_choice?: string | { function: { name: string } } | null
  response_format?: { type: string; json_schema?: { schema?: JsonObject } } | null
}

/** The text of a message: its string, or its text parts joined by a space. */
export function textOf(message: ChatMessage): string {
  if (typeof message.content === 'string') return message.content
  return (message.content ?? []).map((part) => part.text ?? '').join(' ')
}

/** What a reply to this request depends on. */
export function questionOf(request: ChatRequest): Question {
  const last = request.messages.at(-1)
  const user = request.messages.findLast(({ role }) => role === 'user')
  return {
    userText: user ? textOf(user) : '',
    toolText: last?.role === 'tool' ? textOf(last) : undefined,
    format: formatOf(request.response_format),
    stops: typeof request.stop === 'string' ? [request.stop] : (request.stop ?? []),
    tokensMax: request.max_completion_tokens ?? request.max_tokens ?? Number.POSITIVE_INFINITY,
    tools: (request.tools ?? []).map((tool) => ({
      name: tool.function.name,
      schema: tool.function.parameters ?? {},
    })),
    choice: choiceOf(request.tool_choice),
    parallel: request.parallel_tool_calls !== false,
    callId: (index) => `call_${request.messages.length}_${index}`,
    thinks: false,
  }
}

function formatOf(format: ChatRequest['response_format']): Question['format'] {
  if (format?.type === 'json_object') return 'json'
  return format?.type === 'json_schema' ? { schema: format.json_schema?.schema ?? {} } : 'text'
}

function choiceOf(choice: ChatRequest['tool_choice']): Question['choice'] {
  if (isObject(choice)) return { name: choice.function.name }
  return choice === 'none' || choice === 'required' ? choice : 'auto'
}

// The chat-completions request as the demo model understands it, and the errors it answers to malformed ones.
import { isObject } from './schema.ts'

export type ToolCall = { id: string; name: string; arguments: string }
export type Tool = { name: string; description: string; parameters: Record<string, unknown> }
export type Role = (typeof ROLES)[number]
export type Message = {
  role: Role
  text: string
  images: string[]
  /** Types of parts that are neither text nor image. */
  otherParts: string[]
  toolCalls: ToolCall[]
  toolCallId: string
}
export type ToolChoice = { kind: 'auto' | 'none' | 'required' } | { kind: 'named'; name: string }
export type AnswerFormat = { kind: 'text' } | { kind: 'object' } | { kind: 'schema'; schema: unknown }
export type ChatRequest = {
  model: string
  messages: Message[]
  stream: boolean
  includeUsage: boolean
  stop: string[]
  tokensMax: number
  choices: number
  tools: Tool[]
  toolChoice: ToolChoice
  parallelToolCalls: boolean
  format: AnswerFormat
}
export type WireError = { message: string; type: 'invalid_request_error'; param: string | null; code: string }

const NESTING_MAX = 100
const ROLES = ['system', 'developer', 'user', 'assistant', 'tool'] as const

class Malformed extends Error {
  readonly param: string | null
  readonly code: string
  constructor(param: string | null, message: string, code = 'invalid_value') {
    super(message)
    this.param = param
    this.code = code
  }
}

/** Reads a parsed JSON body; unknown fields are ignored. An error names the first field that is wrong. */
export function parseRequest(body: unknown): { request: ChatRequest } | { error: WireError } {
  try {
    return { request: readRequest(body) }
  } catch (error) {
    if (!(error instanceof Malformed)) throw error
    const { message, param, code } = error
    return { error: { message, type: 'invalid_request_error', param, code } }
  }
}

function readRequest(body: unknown): ChatRequest {
  if (!isObject(body)) throw new Malformed(null, 'The request body must be a JSON object.', 'invalid_type')
  if (isNestedDeeper(body, NESTING_MAX)) {
    throw new Malformed(null, `The request body is nested deeper than ${NESTING_MAX} levels.`)
  }
  const tools = optional(body.tools, 'tools', array).map(readTool)
  number(body.temperature, 'temperature', { least: 0, most: 2 })
  number(body.top_p, 'top_p', { least: 0, most: 1 })
  const tokensMax = wholeNumber(body.max_tokens, 'max_tokens')
  return {
    model: present(body.model, 'model', string),
    messages: readMessages(body.messages),
    stream: flag(body.stream, 'stream', false),
    includeUsage: readIncludeUsage(body.stream_options),
    stop: readStop(body.stop),
    tokensMax:
      wholeNumber(body.max_completion_tokens, 'max_completion_tokens') ??
      tokensMax ??
      Number.POSITIVE_INFINITY,
    choices: wholeNumber(body.n, 'n', 128) ?? 1,
    tools,
    toolChoice: readToolChoice(body.tool_choice, tools),
    parallelToolCalls: flag(body.parallel_tool_calls, 'parallel_tool_calls', true),
    format: readFormat(body.response_format),
  }
}

/** Whether a value has more levels; JSON.parse takes any number of them, later steps recurse. */
function isNestedDeeper(value: unknown, levels: number): boolean {
  let level: unknown[] = [value]
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > levels) return true
    level = level.flatMap((item) => (typeof item === 'object' && item !== null ? Object.values(item) : []))
  }
  return false
}

type Read<T> = (value: unknown, param: string) => T

function present<T>(value: unknown, param: string, read: Read<T>): T {
  if (value === undefined)
    throw new Malformed(param, `Missing required parameter: '${param}'.`, 'missing_required_parameter')
  return read(value, param)
}

/** An absent list is an empty one. */
function optional(value: unknown, param: string, read: Read<unknown[]>): unknown[] {
  return value === undefined || value === null ? [] : read(value, param)
}

function wrongType(param: string, expected: string): Malformed {
  return new Malformed(param, `Invalid type for '${param}': expected ${expected}.`, 'invalid_type')
}

const string: Read<string> = (value, param) => {
  if (typeof value !== 'string') throw wrongType(param, 'a string')
  if (value === '') throw new Malformed(param, `'${param}' must not be empty.`)
  return value
}

const anyString: Read<string> = (value, param) => {
  if (typeof value !== 'string') throw wrongType(param, 'a string')
  return value
}

const array: Read<unknown[]> = (value, param) => {
  if (!Array.isArray(value)) throw wrongType(param, 'an array')
  return value
}

const object: Read<Record<string, unknown>> = (value, param) => {
  if (!isObject(value)) throw wrongType(param, 'an object')
  return value
}

function flag(value: unknown, param: string, fallback: boolean): boolean {
  if (value === undefined || value === null) return fallback
  if (typeof value !== 'boolean') throw wrongType(param, 'a boolean')
  return value
}

function number(value: unknown, param: string, bounds: { least: number; most: number }): number | undefined {
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'number') throw wrongType(param, 'a number')
  if (value < bounds.least || value > bounds.most) {
    throw new Malformed(param, `'${param}' must be between ${bounds.least} and ${bounds.most}.`)
  }
  return value
}

function wholeNumber(value: unknown, param: string, most = Number.MAX_SAFE_INTEGER): number | undefined {
  const read = number(value, param, { least: 1, most })
  if (read !== undefined && !Number.isInteger(read)) throw wrongType(param, 'an integer')
  return read
}

function readIncludeUsage(value: unknown): boolean {
  if (value === undefined || value === null) return false
  const options = object(value, 'stream_options')
  return flag(options.include_usage, 'stream_options.include_usage', false)
}

function readStop(value: unknown): string[] {
  if (value === undefined || value === null) return []
  const list = typeof value === 'string' ? [value] : array(value, 'stop')
  return list.map((stop, index) => anyString(stop, `stop[${index}]`)).filter((stop) => stop !== '')
}

function readTool(value: unknown, index: number): Tool {
  const at = `tools[${index}]`
  const tool = object(value, at)
  if (present(tool.type, `${at}.type`, string) !== 'function') {
    throw new Malformed(`${at}.type`, `'${at}.type' must be 'function'.`)
  }
  const described = present(tool.function, `${at}.function`, object)
  const { description = '', parameters = {} } = described
  return {
    name: present(described.name, `${at}.function.name`, string),
    description: anyString(description ?? '', `${at}.function.description`),
    parameters: object(parameters ?? {}, `${at}.function.parameters`),
  }
}

function readToolChoice(value: unknown, tools: Tool[]): ToolChoice {
  if (value === undefined || value === null) return { kind: 'auto' }
  if (value === 'auto' || value === 'none') return { kind: value }
  if (value === 'required') {
    if (tools.length === 0)
      throw new Malformed('tool_choice', "'tool_choice' is 'required' but there are no 'tools'.")
    return { kind: 'required' }
  }
  if (!isObject(value))
    throw new Malformed('tool_choice', "'tool_choice' must be 'auto', 'none', 'required' or a function.")
  const chosen = present(value.function, 'tool_choice.function', object)
  const name = present(chosen.name, 'tool_choice.function.name', string)
  if (!tools.some((tool) => tool.name === name)) {
    throw new Malformed(
      'tool_choice.function.name',
      `'tool_choice' names '${name}', which is not among the 'tools'.`,
    )
  }
  return { kind: 'named', name }
}

function readFormat(value: unknown): AnswerFormat {
  if (value === undefined || value === null) return { kind: 'text' }
  const format = object(value, 'response_format')
  switch (present(format.type, 'response_format.type', string)) {
    case 'text':
      return { kind: 'text' }
    case 'json_object':
      return { kind: 'object' }
    case 'json_schema': {
      const named = present(format.json_schema, 'response_format.json_schema', object)
      return { kind: 'schema', schema: object(named.schema ?? {}, 'response_format.json_schema.schema') }
    }
    default:
      throw new Malformed(
        'response_format.type',
        "'response_format.type' must be text, json_object or json_schema.",
      )
  }
}

function readMessages(value: unknown): Message[] {
  const messages = present(value, 'messages', array)
  if (messages.length === 0) throw new Malformed('messages', "'messages' must hold at least one message.")
  return messages.map(readMessage)
}

function readMessage(value: unknown, index: number): Message {
  const at = `messages[${index}]`
  const message = object(value, at)
  const named = present(message.role, `${at}.role`, string)
  const role = ROLES.find((known) => known === named)
  if (!role) throw new Malformed(`${at}.role`, `'${at}.role' must be one of ${ROLES.join(', ')}.`)
  return {
    role,
    ...readContent(message.content, `${at}.content`, role),
    toolCalls: optional(message.tool_calls, `${at}.tool_calls`, array).map((call, position) =>
      readToolCall(call, `${at}.tool_calls[${position}]`),
    ),
    toolCallId: role === 'tool' ? present(message.tool_call_id, `${at}.tool_call_id`, string) : '',
  }
}

type Content = Pick<Message, 'text' | 'images' | 'otherParts'>

function readContent(value: unknown, at: string, role: Role): Content {
  const content: Content = { text: '', images: [], otherParts: [] }
  if (typeof value === 'string') return { ...content, text: value }
  if (value === null || value === undefined) {
    if (role === 'assistant') return content
    throw new Malformed(at, `'${at}' is required for the role '${role}'.`, 'missing_required_parameter')
  }
  if (!Array.isArray(value)) throw wrongType(at, 'a string or an array of parts')
  for (const [index, part] of value.entries()) readPart(part, `${at}[${index}]`, content)
  return content
}

function readPart(value: unknown, at: string, content: Content): void {
  const part = object(value, at)
  const type = present(part.type, `${at}.type`, string)
  if (type === 'text') {
    content.text += (content.text && '\n') + present(part.text, `${at}.text`, anyString)
  } else if (type === 'image_url') {
    const image = present(part.image_url, `${at}.image_url`, object)
    content.images.push(present(image.url, `${at}.image_url.url`, string))
  } else {
    content.otherParts.push(type)
  }
}

function readToolCall(value: unknown, at: string): ToolCall {
  const call = object(value, at)
  const called = present(call.function, `${at}.function`, object)
  return {
    id: present(call.id, `${at}.id`, string),
    name: present(called.name, `${at}.function.name`, string),
    arguments: anyString(called.arguments ?? '', `${at}.function.arguments`),
  }
}

// The shape checks of `messages`: each message alone, then tool calls against their results.

import { isObject, type JsonObject, parseJson } from '../json.ts'
import { type Fault, invalid } from './fault.ts'

/** The first thing wrong with a list of messages, named by its index. */
export function checkMessages(messages: unknown): Fault | undefined {
  let unanswered = new Set<string>()
  for (const [index, message] of (messages as unknown[]).entries()) {
    const at = `messages[${index}]`
    if (!isObject(message)) return invalid(at, 'A message must be an object.')
    const fault = checkMessage(message, at) ?? checkOrder(message, { unanswered, at })
    if (fault) return fault
    if (message.role === 'assistant') unanswered = callIds(message)
  }
  return unanswered.size === 0 ? undefined : unansweredFault('messages', unanswered)
}

type Role = { content: readonly string[]; fields: readonly string[] }

/** Parts and further fields that a role may have; `reasoning_content` because compatible servers take it back. */
const roles: Record<string, Role> = {
  system: { content: ['text'], fields: [] },
  developer: { content: ['text'], fields: [] },
  user: { content: ['text', 'image_url', 'input_audio', 'file'], fields: [] },
  assistant: {
    content: ['text', 'refusal'],
    fields: ['refusal', 'audio', 'annotations', 'tool_calls', 'function_call', 'reasoning_content'],
  },
  tool: { content: ['text'], fields: ['tool_call_id'] },
  function: { content: ['text'], fields: [] },
}

function checkMessage(message: JsonObject, at: string): Fault | undefined {
  const role =
    typeof message.role === 'string' && Object.hasOwn(roles, message.role) ? roles[message.role] : undefined
  if (!role) return invalid(`${at}.role`, `'${String(message.role)}' is not a role.`, 'invalid_value')
  const stranger = Object.keys(message).find(
    (field) => field !== 'role' && field !== 'content' && field !== 'name' && !role.fields.includes(field),
  )
  if (stranger) return invalid(`${at}.${stranger}`, `A ${message.role} message has no '${stranger}'.`)
  if (message.role === 'tool' && !isFilled(message.tool_call_id)) {
    return invalid(
      `${at}.tool_call_id`,
      "A tool message needs a 'tool_call_id'.",
      'missing_required_parameter',
    )
  }
  return checkCalls(message.tool_calls, at) ?? checkContent(message, { role, at })
}

function checkContent(message: JsonObject, { role, at }: { role: Role; at: string }): Fault | undefined {
  const { content } = message
  if (typeof content === 'string') return undefined
  if (content == null) {
    const may =
      message.role === 'assistant' &&
      (message.tool_calls ?? message.refusal ?? message.function_call ?? message.audio)
    return may
      ? undefined
      : invalid(`${at}.content`, 'The content must be a string or a list of parts, not null.')
  }
  if (!Array.isArray(content) || content.length === 0) {
    return invalid(`${at}.content`, 'The content must be a string or a filled list of parts.', 'invalid_type')
  }
  for (const [index, part] of content.entries()) {
    const problem = problemOfPart(part, role)
    if (problem) return invalid(`${at}.content[${index}]`, problem)
  }
  return undefined
}

function problemOfPart(part: unknown, role: Role): string | undefined {
  const type = isObject(part) ? String(part.type) : ''
  const check = role.content.includes(type) ? parts[type] : undefined
  if (!check || !isObject(part)) return 'A part of this type does not belong here.'
  return check(part[type]) ? undefined : `The part has no valid '${type}'.`
}

const parts: Record<string, (inner: unknown) => boolean> = {
  text: (inner) => typeof inner === 'string',
  refusal: (inner) => typeof inner === 'string',
  image_url: (inner) => isObject(inner) && isImageUrl(inner.url),
  input_audio: (inner) => isObject(inner) && isFilled(inner.data) && isFilled(inner.format),
  file: (inner) => isObject(inner) && (isFilled(inner.file_data) || isFilled(inner.file_id)),
}

function isImageUrl(url: unknown): boolean {
  return (
    typeof url === 'string' &&
    /^(https?:\/\/.|data:image\/[\w.+-]+(;[\w=.+-]+)*;base64,.)/.test(url.slice(0, 256))
  )
}

function checkCalls(calls: unknown, at: string): Fault | undefined {
  if (calls == null) return undefined
  if (!Array.isArray(calls) || calls.length === 0)
    return invalid(`${at}.tool_calls`, 'Tool calls must be a filled list.')
  for (const [index, call] of calls.entries()) {
    const problem = problemOfCall(call)
    if (problem) return invalid(`${at}.tool_calls[${index}]`, problem)
  }
  return new Set(calls.map((call) => call.id)).size === calls.length
    ? undefined
    : invalid(`${at}.tool_calls`, 'Two tool calls have the same id.')
}

function problemOfCall(call: unknown): string | undefined {
  if (!isObject(call) || call.type !== 'function' || !isObject(call.function))
    return 'A tool call must be of type function.'
  if (!isFilled(call.id)) return 'The tool call has no id.'
  if (!isFilled(call.function.name)) return 'The tool call has no name.'
  const { arguments: text } = call.function
  if (typeof text !== 'string') return 'The arguments must be a string of JSON.'
  // The real API lets an empty string pass: models of other vendors answer so for a tool without arguments.
  return text === '' || parseJson(text) !== undefined ? undefined : 'The arguments are not JSON.'
}

/** Tool results stand directly behind the message that called for them, and all of them. */
function checkOrder(message: JsonObject, open: { unanswered: Set<string>; at: string }): Fault | undefined {
  const { unanswered, at } = open
  if (message.role !== 'tool') return unanswered.size === 0 ? undefined : unansweredFault(at, unanswered)
  return unanswered.delete(String(message.tool_call_id))
    ? undefined
    : invalid(`${at}.tool_call_id`, 'A tool message must follow the tool call with its id.')
}

function unansweredFault(at: string, unanswered: Set<string>): Fault {
  return invalid(at, `Tool calls without a tool message: ${[...unanswered].join(', ')}.`)
}

function callIds(message: JsonObject): Set<string> {
  const calls = Array.isArray(message.tool_calls) ? message.tool_calls : []
  return new Set(calls.map((call) => String(call.id)))
}

function isFilled(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

// The shape checks of the chat-completions endpoint: what the real one answers with a 400, this one does too.
import { portalFields, type UnknownFields } from '../dialect.ts'
import { isObject, type JsonObject } from '../json.ts'
import { type Fault, invalid } from './fault.ts'
import { checkMessages } from './validate-messages.ts'
import { problemOfStrictSchema } from './validate-schema.ts'
import { checkTools } from './validate-tools.ts'

/** The first thing wrong with a parsed body, or undefined when the real API would take it. */
export function checkRequest(body: unknown, unknownFields: UnknownFields = 'refuse'): Fault | undefined {
  if (!isObject(body)) return invalid(null, 'The body must be a JSON object.')
  return (
    checkFields(body, unknownFields) ??
    checkRequired(body) ??
    checkMessages(body.messages) ??
    checkTogether(body) ??
    checkFormat(body) ??
    checkTools(body)
  )
}

type Check = (value: unknown) => boolean

const number =
  (least: number, most: number): Check =>
  (value) =>
    typeof value === 'number' && value >= least && value <= most
const integer =
  (least: number, most = Number.MAX_SAFE_INTEGER): Check =>
  (value) =>
    Number.isInteger(value) && number(least, most)(value)
const oneOf =
  (...values: string[]): Check =>
  (value) =>
    values.includes(String(value))
const text: Check = (value) => typeof value === 'string'
const flag: Check = (value) => typeof value === 'boolean'
const list: Check = (value) => Array.isArray(value)
const stop: Check = (value) =>
  text(value) || (Array.isArray(value) && value.length >= 1 && value.length <= 4 && value.every(text))
const any: Check = () => true

/** Every top-level field of the endpoint; `null` counts as absent where the field is optional. */
const fields = new Map<string, Check>([
  ['model', any],
  ['messages', any],
  ['audio', isObject],
  ['frequency_penalty', number(-2, 2)],
  ['function_call', any],
  ['functions', list],
  ['logit_bias', isObject],
  ['logprobs', flag],
  ['max_completion_tokens', integer(1)],
  ['max_tokens', integer(1)],
  ['metadata', isObject],
  ['modalities', list],
  ['n', integer(1, 128)],
  ['parallel_tool_calls', flag],
  ['prediction', isObject],
  ['presence_penalty', number(-2, 2)],
  ['prompt_cache_key', text],
  ['prompt_cache_retention', text],
  ['reasoning_effort', oneOf('none', 'minimal', 'low', 'medium', 'high', 'xhigh')],
  ['response_format', isResponseFormat],
  ['safety_identifier', text],
  ['seed', integer(Number.MIN_SAFE_INTEGER)],
  ['service_tier', text],
  ['stop', stop],
  ['store', flag],
  ['stream', flag],
  ['stream_options', isStreamOptions],
  ['temperature', number(0, 2)],
  ['tool_choice', any],
  ['tools', list],
  ['top_logprobs', integer(0, 20)],
  ['top_p', number(0, 1)],
  ['user', text],
  ['verbosity', oneOf('low', 'medium', 'high')],
  ['web_search_options', isObject],
])

function checkFields(body: JsonObject, unknownFields: UnknownFields): Fault | undefined {
  for (const name in body) {
    const check = fields.get(name)
    if (!check && (unknownFields === 'refuse' || portalFields.has(name))) {
      return invalid(null, `Unrecognized request argument: ${name}`)
    }
    const value = body[name]
    if (check && value !== null && !check(value))
      return invalid(name, `Invalid value for '${name}'.`, 'invalid_value')
  }
  return undefined
}

function checkRequired(body: JsonObject): Fault | undefined {
  if (typeof body.model !== 'string' || body.model === '') return invalid('model', 'A model is required.')
  if (!Array.isArray(body.messages))
    return invalid('messages', 'Messages are required, as a list.', 'missing_required_parameter')
  if (body.messages.length === 0) return invalid('messages', 'The list of messages is empty.', 'empty_array')
  return undefined
}

/** Fields that exclude or need one another. */
function checkTogether(body: JsonObject): Fault | undefined {
  if (body.stream_options != null && body.stream !== true) {
    return invalid('stream_options', "'stream_options' is only allowed with 'stream'.")
  }
  if (body.max_tokens != null && body.max_completion_tokens != null) {
    return invalid('max_tokens', "'max_tokens' and 'max_completion_tokens' exclude each other.")
  }
  if (body.top_logprobs != null && body.logprobs !== true) {
    return invalid('top_logprobs', "'top_logprobs' is only allowed with 'logprobs'.")
  }
  return undefined
}

/** The schema of a strict format. */
function checkFormat({ response_format: format }: JsonObject): Fault | undefined {
  const wanted = isObject(format) ? format.json_schema : undefined
  if (!isObject(wanted) || wanted.strict !== true) return undefined
  const problem = problemOfStrictSchema(wanted.schema)
  return problem === undefined
    ? undefined
    : invalid('response_format', `Invalid schema for response_format '${wanted.name}': ${problem}`)
}

function isStreamOptions(value: unknown): boolean {
  return (
    isObject(value) &&
    Object.keys(value).every((key) => key === 'include_usage' || key === 'include_obfuscation') &&
    Object.values(value).every(flag)
  )
}

function isResponseFormat(value: unknown): boolean {
  if (!isObject(value)) return false
  if (value.type === 'text' || value.type === 'json_object') return true
  const schema = value.json_schema
  return value.type === 'json_schema' && isObject(schema) && isName(schema.name)
}

function isName(value: unknown): boolean {
  return typeof value === 'string' && /^[\w-]{1,64}$/.test(value)
}

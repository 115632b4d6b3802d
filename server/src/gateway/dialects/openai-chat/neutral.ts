import type { NeutralRequest } from '../../../neutral/index.ts'
import { fault } from '../faults.ts'
import { isRecord, numberOf } from '../lossless.ts'
import { neutralMessages } from './neutral-messages.ts'
import { reasoningOf } from './neutral-reasoning.ts'
import { outputFormatOf, toolChoiceOf, toolsOf } from './neutral-tools.ts'

type Body = Record<string, unknown>

/**
 * An OpenAI body in no dialect's words.
 * @throws AppError invalid_request where it contradicts itself, or wants what only OpenAI's models give
 */
export function neutralOf(body: Body): NeutralRequest {
  refuseOwn(body)
  return {
    ...neutralMessages(body.messages as Body[]),
    tools: toolsOf(body),
    toolChoice: toolChoiceOf(body),
    parallelTools: typeof body.parallel_tool_calls === 'boolean' ? body.parallel_tool_calls : null,
    outputTokensMax: numberOf(body.max_completion_tokens ?? body.max_tokens),
    temperature: numberOf(body.temperature),
    topP: numberOf(body.top_p),
    stop: stopOf(body),
    reasoning: reasoningOf(body),
    outputFormat: outputFormatOf(body),
    endUser: textOf(body.user) ?? textOf(body.safety_identifier),
    ownFields: ownFieldsOf(body),
  }
}

const textOf = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null)

const stopOf = ({ stop }: Body): string[] =>
  [stop ?? []].flat().filter((one): one is string => typeof one === 'string' && one !== '')

type Refusal = { field: string; wants: (body: Body) => boolean; message: string }

/** What cannot be left out without the caller getting something else than was asked for. */
const refusals: readonly Refusal[] = [
  {
    field: 'n',
    wants: ({ n }) => (numberOf(n) ?? 1) > 1,
    message: 'This model gives one answer to a request. Leave n out, or send the request several times.',
  },
  {
    field: 'modalities',
    wants: ({ modalities }) => Array.isArray(modalities) && modalities.some((one) => one !== 'text'),
    message: 'This model answers in text only.',
  },
  { field: 'audio', wants: ({ audio }) => audio != null, message: 'This model answers in text only.' },
  {
    field: 'logprobs',
    wants: ({ logprobs }) => logprobs === true,
    message: 'This model does not tell probabilities. Leave the field out.',
  },
  {
    field: 'top_logprobs',
    wants: ({ top_logprobs: top }) => (numberOf(top) ?? 0) > 0,
    message: 'This model does not tell probabilities. Leave the field out.',
  },
  {
    field: 'web_search_options',
    wants: ({ web_search_options: options }) => options != null,
    message: 'This model cannot search the web here. Leave the field out.',
  },
  {
    field: 'functions',
    wants: ({ functions }) => functions != null,
    message: 'This model takes tools. Send the functions in "tools".',
  },
  {
    field: 'function_call',
    wants: ({ function_call: call }) => call != null,
    message: 'This model takes tools. Use "tool_choice".',
  },
]

function refuseOwn(body: Body): void {
  const refused = refusals.find(({ wants }) => wants(body))
  if (refused) throw fault(refused.field, refused.message)
}

const understood = new Set([
  ...['model', 'messages', 'stream', 'stream_options', 'session_id', 'max_tokens', 'max_completion_tokens'],
  ...['temperature', 'top_p', 'stop', 'tools', 'tool_choice', 'parallel_tool_calls', 'response_format'],
  ...['reasoning_effort', 'reasoning', 'user', 'safety_identifier', 'n', 'modalities'],
])

// What 0 is a value of as any other.
const countsFromZero = new Set(['seed'])

/** Fields that are left out although they say something: 0 and the like are what goes without saying. */
function ownFieldsOf(body: Body): string[] {
  const isSaid = (field: string) =>
    countsFromZero.has(field) ? body[field] != null : !understood.has(field) && says(body[field])
  const fields = Object.keys(body).filter(isSaid)
  const messages = body.messages as Body[]
  if (messages.some(({ name }) => name != null)) fields.push('messages[].name')
  if (messages.some(hasDetail)) fields.push('messages[].content[].image_url.detail')
  return fields
}

const says = (value: unknown): boolean =>
  value != null && value !== false && value !== 0 && !(isRecord(value) && Object.keys(value).length === 0)

const hasDetail = ({ content }: Body): boolean =>
  Array.isArray(content) &&
  content.some(({ image_url: image }) => isRecord(image) && image.detail != null && image.detail !== 'auto')

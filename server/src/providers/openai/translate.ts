import { createHash } from 'node:crypto'
import { AppError } from '../../errors.ts'
import type {
  FunctionTool,
  NeutralMessage,
  NeutralRequest,
  OutputFormat,
  Reasoning,
  ToolChoice,
} from '../../neutral/index.ts'
import type { EncodedCall, ProviderCall } from '../provider.ts'
import { encodeMessages } from './messages.ts'
import { isStrictSchema } from './strict-schema.ts'
import { createRestoreNames, sentName } from './tool-names.ts'

type Json = Record<string, unknown>
type Part = { body: Json; changed: string[] }

const stopsMax = 4
const userCharactersMax = 64

/**
 * A request of another dialect in the words of chat completions.
 * @throws AppError invalid_request where they cannot say it
 */
export function translateRequest(call: ProviderCall): EncodedCall {
  const request = call.request.neutral()
  const sampling = encodeSampling(request, call)
  const reasoning = encodeReasoning(request.reasoning, call)
  const user = encodeUser(request.endUser)
  const tools = encodeTools(request)
  const format = encodeFormat(request.outputFormat)
  return {
    body: {
      model: call.model,
      messages: encodeMessages(request),
      ...tools.body,
      ...encodeCap(request, call),
      ...sampling.body,
      ...encodeStop(request.stop),
      ...reasoning.body,
      ...format.body,
      ...user.body,
      ...(call.stream && { stream: true, stream_options: { include_usage: true } }),
    },
    changed: [
      ...new Set([
        ...request.ownFields,
        ...sampling.changed,
        ...reasoning.changed,
        ...user.changed,
        ...tools.changed,
        ...format.changed,
        ...(hasCacheMark(request) ? ['cache_control'] : []),
      ]),
    ],
    createRestore: createRestoreNames(request.tools),
  }
}

/** Servers of this dialect cache prompts by themselves, or not at all. */
const hasCacheMark = ({ system, tools, messages }: NeutralRequest): boolean =>
  system.some(isMarked) || tools.some(isMarked) || messages.some(({ content }) => content.some(isMarked))

const isMarked = (block: NeutralMessage['content'][number] | FunctionTool): boolean =>
  'cache' in block || ('content' in block && block.content.some(isMarked))

function encodeTools({ tools, toolChoice, parallelTools }: NeutralRequest): Part {
  // Without tools a choice among them is refused.
  if (tools.length === 0) return { body: {}, changed: [] }
  const sent = tools.map((tool) => ({ ...tool, strict: strictOf(tool.strict, tool.parameters) }))
  return {
    body: {
      tools: sent.map(encodeTool),
      ...(toolChoice && { tool_choice: encodeChoice(toolChoice) }),
      ...(parallelTools === false && { parallel_tool_calls: false }),
    },
    changed: sent.every(({ strict }, index) => strict === tools[index]?.strict) ? [] : ['tools[].strict'],
  }
}

const encodeTool = ({ name, description, parameters, strict }: FunctionTool): Json => ({
  type: 'function',
  function: withoutNulls({
    name: sentName(name),
    description,
    parameters: withProperties(parameters),
    strict,
  }),
})

/** Strictness as it was asked for, unless OpenAI would refuse it for the schema: then it is left out. */
const strictOf = (strict: boolean | null, schema: Json): boolean | null =>
  strict && !isStrictSchema(schema) ? null : strict

/** As it was spelled, but OpenAI refuses an object schema that says nothing of properties. */
const withProperties = (schema: Json): Json =>
  schema.properties == null && (schema.type ?? 'object') === 'object'
    ? { ...schema, type: 'object', properties: {} }
    : schema

const encodeChoice = (choice: ToolChoice): unknown =>
  choice.type === 'function' ? { type: 'function', function: { name: sentName(choice.name) } } : choice.type

function encodeCap({ outputTokensMax }: NeutralRequest, call: ProviderCall): Json {
  if (outputTokensMax === 0) {
    const message = 'max_tokens: Only Anthropic’s servers answer with nothing. Send 1 or more.'
    throw new AppError('invalid_request', { message, param: 'max_tokens' })
  }
  const tokens = call.outputTokensCap ?? outputTokensMax
  return tokens === null ? {} : { [capField(call)]: tokens }
}

/** The field for the longest answer: reasoning models know the newer name only, most other servers the older. */
export const capField = ({ isReasoning }: Pick<ProviderCall, 'isReasoning'>): string =>
  isReasoning ? 'max_completion_tokens' : 'max_tokens'

function encodeSampling(request: NeutralRequest, { temperature, isReasoning }: ProviderCall): Part {
  const asked = { temperature: request.temperature, top_p: request.topP }
  if (isReasoning) return { body: {}, changed: namesOf(asked) }
  return { body: withoutNulls({ ...asked, temperature: asked.temperature ?? temperature }), changed: [] }
}

const withoutNulls = (fields: Json): Json =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null))

const namesOf = (fields: Json): string[] => Object.keys(withoutNulls(fields))

function encodeStop(stops: readonly string[]): Json {
  const stop = stops.filter((one) => one !== '')
  if (stop.length > stopsMax) {
    throw new AppError('invalid_request', {
      message: `stop_sequences: This model takes at most ${stopsMax}. Send fewer.`,
      param: 'stop_sequences',
    })
  }
  return stop.length > 0 ? { stop } : {}
}

const efforts = new Set(['none', 'minimal', 'low', 'medium', 'high', 'xhigh'])

/** Models that do not reason refuse to be asked for it. */
function encodeReasoning(reasoning: Reasoning | null, { isReasoning, request }: ProviderCall): Part {
  if (!reasoning) return { body: {}, changed: [] }
  // Not every model that reasons can be told not to; the others do not anyway.
  if (reasoning.effort === null && reasoning.budgetTokens === null)
    return { body: {}, changed: isReasoning ? ['thinking'] : [] }
  const fields = ['thinking', 'output_config'].filter((field) => request.body[field] != null)
  if (!isReasoning) return { body: {}, changed: fields }
  const effort = reasoning.effort ?? effortOf(reasoning.budgetTokens)
  const known = efforts.has(effort) ? effort : 'high'
  return {
    body: { reasoning_effort: known },
    // A budget says more than an effort can.
    changed: reasoning.effort === known ? [] : fields,
  }
}

function effortOf(budgetTokens: number): string {
  if (budgetTokens <= 2048) return 'low'
  return budgetTokens <= 16_384 ? 'medium' : 'high'
}

function encodeFormat(format: OutputFormat | null): Part {
  if (!format) return { body: {}, changed: [] }
  if (format.type === 'json') return { body: { response_format: { type: 'json_object' } }, changed: [] }
  const { type: _type, ...asked } = format
  const strict = strictOf(format.strict, format.schema)
  return {
    body: { response_format: { type: 'json_schema', json_schema: withoutNulls({ ...asked, strict }) } },
    changed: strict === format.strict ? [] : ['output_config.format'],
  }
}

/** OpenAI takes an id for a user up to a length; a longer one goes on as its digest, the same for the same user. */
function encodeUser(endUser: string | null): Part {
  if (endUser === null || endUser === '') return { body: {}, changed: [] }
  if (endUser.length <= userCharactersMax) return { body: { user: endUser }, changed: [] }
  return { body: { user: createHash('sha256').update(endUser).digest('hex') }, changed: ['metadata.user_id'] }
}

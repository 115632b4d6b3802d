import type { NeutralRequest } from '../../neutral/index.ts'
import type { EncodedCall, ProviderCall } from '../provider.ts'
import { isBlank, type Json, textBlock } from './blocks.ts'
import { keepLastMarks } from './cache-marks.ts'
import { endUserId } from './end-user.ts'
import { invalid } from './invalid.ts'
import { encodeTurns } from './messages.ts'
import { type ModelTraits, traitsOf } from './model-traits.ts'
import { type Formatted, withFormat } from './output-format.ts'
import { encodeSampling } from './sampling.ts'
import { encodeThinking, type Thinking } from './thinking.ts'
import { encodeTools } from './tools.ts'
import { areInstructionsMoved, type Turn, turnsOf } from './turns.ts'

// Anthropic wants a longest answer named; every model of its gives one this long.
const outputTokensUnknown = 4096

/**
 * A request of another dialect in the words of the Messages API.
 * @throws AppError invalid_request where they cannot say it
 */
export function translateRequest(call: ProviderCall): EncodedCall {
  const request = call.request.neutral()
  const traits = traitsOf(call.model)
  const turns = conversationOf(request, traits)
  const outputTokens = outputTokensOf(request, call)
  const thinking = encodeThinking({ request, traits, turns, outputTokens })
  const formatted = withFormat(request, { traits, isThinking: isThinking(thinking) })
  const isFixed = isThinking(thinking) || !traits.takesTemperature
  const tools = encodeTools(formatted.request)
  const sampling = encodeSampling(request, { preset: call.temperature, isFixed })
  const stop = request.stop.filter((one) => one.trim() !== '')
  const userId = request.endUser ? endUserId(request.endUser) : null
  const body = {
    model: call.model,
    max_tokens: outputTokens,
    ...encodeSystem(formatted.request),
    messages: encodeTurns(turns),
    ...tools.body,
    ...sampling.body,
    ...(stop.length > 0 && { stop_sequences: stop }),
    ...(thinking.thinking && { thinking: thinking.thinking }),
    ...encodeOutputConfig(thinking, formatted),
    ...(userId !== null && { metadata: { user_id: userId } }),
    ...(call.stream && { stream: true }),
  }
  const changed = [
    ...request.ownFields,
    ...sampling.changed,
    ...(thinking.isOther ? reasoningFields(call) : []),
    ...named('stop', stop.length < request.stop.length),
    ...named('user', userId !== null && userId !== request.endUser),
    ...formatted.changed,
    ...tools.changed,
    ...named('messages', areInstructionsMoved(request.messages, turns)),
    ...named('cache_control', keepLastMarks(body)),
  ]
  return { body, changed: [...new Set(changed)], createRestore: formatted.createRestore }
}

/** What was asked for; where nothing was, what the model gives at the most, and no more than the portal's cap. */
function outputTokensOf({ outputTokensMax: asked }: NeutralRequest, call: ProviderCall): number {
  const longest = call.outputTokensMax ?? outputTokensUnknown
  const cap = call.outputTokensCap ?? Number.POSITIVE_INFINITY
  return Math.min(asked ?? longest, cap)
}

const named = (field: string, isChanged: boolean): string[] => (isChanged ? [field] : [])

const isThinking = ({ thinking }: Thinking): boolean => thinking !== null && thinking.type !== 'disabled'

const reasoningFields = ({ request }: ProviderCall): string[] =>
  ['reasoning_effort', 'reasoning'].filter((field) => request.body[field] != null)

function conversationOf({ messages, outputFormat }: NeutralRequest, traits: ModelTraits): Turn[] {
  const turns = turnsOf(messages, traits.takesSystemTurns)
  if (turns.length === 0) throw invalid('messages', 'This model needs a message of the user. Add one.')
  const isBegun = turns.at(-1)?.role === 'assistant'
  if (isBegun && outputFormat?.type === 'schema' && traits.takesSchema)
    throw invalid(
      'response_format',
      'An answer that is begun by the last message cannot be held to a schema. Leave out one of the two.',
    )
  return turns
}

function encodeSystem({ system }: NeutralRequest): Json {
  const blocks = system.filter((block) => !isBlank(block)).map(textBlock)
  return blocks.length > 0 ? { system: blocks } : {}
}

function encodeOutputConfig({ effort }: Thinking, { config }: Formatted): Json {
  const all = { ...(effort !== null && { effort }), ...config }
  return Object.keys(all).length > 0 ? { output_config: all } : {}
}

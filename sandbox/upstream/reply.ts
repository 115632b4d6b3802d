// What a well-behaved model would say: a pure function of the request, so that tests can compute it.
import type { Answer, ToolCall } from './behaviour.ts'
import { isObject, type JsonObject } from './json.ts'
import { type ChatRequest, type FunctionTool, lastUserText, textOf } from './request.ts'

/** One choice, complete: the deltas of a stream joined are the message without one. */
export type Reply = {
  chunks: readonly string[]
  reasoning: readonly string[]
  refusal: string | undefined
  toolCalls: readonly ToolCall[]
  finishReason: string | null
}

/** The reply to a request: what the answer scripts, else an echo; its other fields are laid over either. */
export function replyTo(request: ChatRequest, answer: Answer): Reply {
  const said = isScripted(answer) ? scripted(answer) : echoed(request)
  return {
    chunks: said.chunks,
    reasoning: answer.reasoning ?? [],
    refusal: answer.refusal,
    toolCalls: said.toolCalls,
    finishReason: answer.finishReason === undefined ? said.finishReason : answer.finishReason,
  }
}

type Said = Pick<Reply, 'chunks' | 'toolCalls' | 'finishReason'>

function isScripted(answer: Answer): boolean {
  const { chunks, text, refusal, toolCalls, toolDeltas } = answer
  return [chunks, text, refusal, toolCalls, toolDeltas].some((field) => field !== undefined)
}

function scripted({ chunks, text = '', toolCalls = [], toolDeltas = [] }: Answer): Said {
  const calls = toolCalls.length > 0 || toolDeltas.length > 0
  return { chunks: chunks ?? wordsOf(text), toolCalls, finishReason: calls ? 'tool_calls' : 'stop' }
}

function echoed(request: ChatRequest): Said {
  const toolCalls = wantedCalls(request)
  if (toolCalls.length > 0) return { chunks: [], toolCalls, finishReason: 'tool_calls' }
  const { text, cut } = limit(echo(request), request)
  return { chunks: wordsOf(text), toolCalls, finishReason: cut ? 'length' : 'stop' }
}

/** The words of a text, each with the space before it; joined they are the text. */
export function wordsOf(text: string): string[] {
  return text.match(/\s*\S+|\s+$/g) ?? []
}

function echo(request: ChatRequest): string {
  const last = request.messages.at(-1)
  if (last?.role === 'tool') return `The tool said: ${textOf(last)}`
  const format = request.response_format
  if (format?.type === 'json_object') return JSON.stringify({ said: lastUserText(request) })
  if (format?.type === 'json_schema') {
    return JSON.stringify(sampleOf(format.json_schema?.schema ?? {}, lastUserText(request)))
  }
  return `You said: ${lastUserText(request)}`
}

/** Applies `stop`, then the token limit, as far as words allow. */
function limit(full: string, request: ChatRequest): { text: string; cut: boolean } {
  const stops = typeof request.stop === 'string' ? [request.stop] : (request.stop ?? [])
  const ends = stops.map((stop) => full.indexOf(stop)).filter((at) => at >= 0)
  const stopped = full.slice(0, Math.min(full.length, ...ends))
  const tokensMax = request.max_completion_tokens ?? request.max_tokens ?? Number.POSITIVE_INFINITY
  const words = wordsOf(stopped)
  return words.length > tokensMax
    ? { text: words.slice(0, tokensMax).join(''), cut: true }
    : { text: stopped, cut: false }
}

/** Tools are called when the choice forces it or the last user text says `call <name>`, optionally with JSON after it. */
function wantedCalls(request: ChatRequest): ToolCall[] {
  const tools = request.tools ?? []
  if (tools.length === 0 || request.tool_choice === 'none' || request.messages.at(-1)?.role === 'tool')
    return []
  const text = lastUserText(request)
  const asked = [...text.matchAll(/\bcall ([\w-]+)\s*(\{[^{}]*\})?/g)].flatMap(([, name, given]) => {
    const tool = tools.find((candidate) => candidate.function.name === name)
    return tool ? [{ tool, given }] : []
  })
  const idOf = (index: number) => `call_${request.messages.length}_${index}`
  const choice = request.tool_choice
  if (isObject(choice)) {
    const forced = tools.find((tool) => tool.function.name === choice.function.name)
    return forced ? [callOf(forced, { id: idOf(0), text })] : []
  }
  const [first] = tools
  if (asked.length === 0 && choice === 'required' && first) return [callOf(first, { id: idOf(0), text })]
  return asked.map(({ tool, given }, index) => callOf(tool, { id: idOf(index), text, given }))
}

function callOf(
  tool: FunctionTool,
  from: { id: string; text: string; given?: string | undefined },
): ToolCall {
  const { name, parameters } = tool.function
  return {
    id: from.id,
    name,
    arguments: from.given ?? JSON.stringify(sampleOf(parameters ?? {}, from.text)),
  }
}

/** A value that fits a simple JSON schema: strings carry the given text, the rest is the least that fits. */
function sampleOf(schema: JsonObject, text: string): unknown {
  if (Array.isArray(schema.enum)) return schema.enum[0]
  if (schema.const !== undefined) return schema.const
  const [type] = [schema.type ?? 'object'].flat()
  const sample = Object.hasOwn(samples, String(type)) ? samples[String(type)] : undefined
  return sample ? sample(schema, text) : null
}

const samples: Record<string, (schema: JsonObject, text: string) => unknown> = {
  string: (_, text) => text,
  number: (schema) => schema.minimum ?? 1,
  integer: (schema) => schema.minimum ?? 1,
  boolean: () => true,
  array: (schema, text) => (isObject(schema.items) ? [sampleOf(schema.items, text)] : []),
  object: (schema, text) =>
    Object.fromEntries(
      Object.entries(isObject(schema.properties) ? schema.properties : {}).map(([name, inner]) => [
        name,
        sampleOf(isObject(inner) ? inner : {}, text),
      ]),
    ),
}

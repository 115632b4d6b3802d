// What a well-behaved model would say: a pure function of the request, so that tests can compute it.
import type { Answer, ToolCall } from './behaviour.ts'
import { isObject, type JsonObject } from './json.ts'
import { countTokens, wordsOf } from './words.ts'

/** The part of a request that an answer depends on, whatever the dialect. */
export type Question = {
  /** The last text of the user. */
  userText: string
  /** The last tool result, when nothing was said after it. */
  toolText: string | undefined
  format: 'text' | 'json' | { schema: JsonObject }
  stops: readonly string[]
  tokensMax: number
  tools: readonly { name: string; schema: JsonObject }[]
  choice: 'auto' | 'none' | 'required' | { name: string }
  /** False asks for one call at most. */
  parallel: boolean
  callId: (index: number) => string
  /** Think before the answer. */
  thinks: boolean
}

/** Why an answer ended, before a dialect gives it its word. */
export type Ending = 'stop' | 'stop-sequence' | 'length' | 'tool-calls' | 'refusal'

/** One choice, complete: the deltas of a stream joined are the message without one. */
export type Reply = {
  chunks: readonly string[]
  reasoning: readonly string[]
  refusal: string | undefined
  toolCalls: readonly ToolCall[]
  ending: Ending
  /** The stop string that ended the text. */
  stopSequence: string | null
}

/** The reply to a request: what the answer scripts, else an echo; its other fields are laid over either. */
export function replyTo(question: Question, answer: Answer): Reply {
  const reasoning = answer.reasoning ?? (question.thinks ? thoughts(question) : [])
  const said = isScripted(answer) ? scripted(answer) : echoed(question, countTokens(reasoning.join('')))
  return { ...said, reasoning, refusal: answer.refusal }
}

type Said = Pick<Reply, 'chunks' | 'toolCalls' | 'ending' | 'stopSequence'>

function isScripted(answer: Answer): boolean {
  const { chunks, text, refusal, toolCalls, toolDeltas, events } = answer
  return [chunks, text, refusal, toolCalls, toolDeltas, events].some((field) => field !== undefined)
}

function scripted({ chunks, text = '', toolCalls = [], toolDeltas = [], refusal }: Answer): Said {
  const calls = toolCalls.length > 0 || toolDeltas.length > 0
  const ending = calls ? 'tool-calls' : refusal === undefined ? 'stop' : 'refusal'
  return { chunks: chunks ?? wordsOf(text), toolCalls, ending, stopSequence: null }
}

function echoed(question: Question, tokensSpent: number): Said {
  const toolCalls = wantedCalls(question)
  if (toolCalls.length > 0) return { chunks: [], toolCalls, ending: 'tool-calls', stopSequence: null }
  const { text, ...ended } = limit(echo(question), question, question.tokensMax - tokensSpent)
  return { chunks: wordsOf(text), toolCalls, ...ended }
}

function thoughts({ userText, toolText }: Question): string[] {
  return wordsOf(`Thinking about: ${toolText ?? userText}`)
}

function echo({ toolText, userText, format }: Question): string {
  if (toolText !== undefined) return `The tool said: ${toolText}`
  if (format === 'text') return `You said: ${userText}`
  return JSON.stringify(format === 'json' ? { said: userText } : sampleOf(format.schema, userText))
}

/** Applies the stop strings, then the token limit, as far as words allow. */
function limit(
  full: string,
  { stops }: Question,
  tokensMax: number,
): { text: string } & Pick<Said, 'ending' | 'stopSequence'> {
  const [first] = stops
    .map((stop) => ({ stop, at: full.indexOf(stop) }))
    .filter(({ at }) => at >= 0)
    .sort((one, other) => one.at - other.at)
  const stopped = full.slice(0, first?.at)
  const words = wordsOf(stopped)
  if (words.length > tokensMax) {
    return { text: words.slice(0, Math.max(0, tokensMax)).join(''), ending: 'length', stopSequence: null }
  }
  return { text: stopped, ending: first ? 'stop-sequence' : 'stop', stopSequence: first?.stop ?? null }
}

/** Tools are called when the choice forces it or the last user text says `call <name>`, optionally with JSON after it. */
function wantedCalls(question: Question): ToolCall[] {
  const { tools, choice, userText: text, callId: idOf, parallel } = question
  if (tools.length === 0 || choice === 'none' || question.toolText !== undefined) return []
  const asked = [...text.matchAll(/\bcall ([\w-]+)\s*(\{[^{}]*\})?/g)].flatMap(([, name, given]) => {
    const tool = tools.find((candidate) => candidate.name === name)
    return tool ? [{ tool, given }] : []
  })
  if (typeof choice === 'object') {
    const forced = tools.find((tool) => tool.name === choice.name)
    return forced ? [callOf(forced, { id: idOf(0), text })] : []
  }
  const [first] = tools
  if (asked.length === 0 && choice === 'required' && first) return [callOf(first, { id: idOf(0), text })]
  return asked
    .slice(0, parallel ? asked.length : 1)
    .map(({ tool, given }, index) => callOf(tool, { id: idOf(index), text, given }))
}

function callOf(
  { name, schema }: Question['tools'][number],
  from: { id: string; text: string; given?: string | undefined },
): ToolCall {
  return { id: from.id, name, arguments: from.given ?? JSON.stringify(sampleOf(schema, from.text)) }
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

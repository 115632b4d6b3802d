// Which of the offered tools a turn calls, and with which arguments.
import { createHash } from 'node:crypto'
import { createInstance } from './instance.ts'
import { asSchema, requiredOf, typesOf } from './schema.ts'
import type { ChatRequest, Tool, ToolCall } from './wire.ts'
import { createSuggest, isPlaceName, readWords, type Words } from './words.ts'

/** The calls that the user's words or `tool_choice` ask for; empty when none. Ids depend on the request alone. */
export function chooseCalls(request: ChatRequest, asked: string): ToolCall[] {
  const words = readWords(asked)
  const tools = chooseTools(request, words)
  const planned = tools.flatMap((tool) => argumentsFor(tool, words).map((args) => ({ tool, args })))
  const turn = JSON.stringify(request.messages)
  return planned.slice(0, request.parallelToolCalls ? planned.length : 1).map(({ tool, args }, index) => ({
    id: callId(`${turn} ${index} ${tool.name} ${args}`),
    name: tool.name,
    arguments: args,
  }))
}

function callId(seed: string): string {
  return `call_${createHash('sha256').update(seed).digest('hex').slice(0, 24)}`
}

function chooseTools(request: ChatRequest, words: Words): Tool[] {
  const { toolChoice, tools } = request
  if (toolChoice.kind === 'none') return []
  if (toolChoice.kind === 'named') return tools.filter((tool) => tool.name === toolChoice.name).slice(0, 1)
  const asked =
    toolChoice.kind === 'auto' && request.messages.at(-1)?.role === 'tool' ? [] : askedTools(tools, words)
  return toolChoice.kind === 'required' && asked.length === 0 ? tools.slice(0, 1) : asked
}

/** Tools whose name or description the words match; a second tool only for words that the first left over. */
function askedTools(tools: Tool[], words: Words): Tool[] {
  const spoken = new Set(stems(words.text))
  const scored = tools
    .map((tool) => ({ tool, ...matches(tool, spoken) }))
    .filter(({ inName, score }) => inName.length > 0 || score >= 2)
    .sort((a, b) => b.score - a.score)
  const taken = new Set<string>()
  const chosen = scored.filter(({ inName }, index) => {
    const isNew = inName.some((stem) => !taken.has(stem))
    for (const stem of inName) taken.add(stem)
    return index === 0 || isNew
  })
  return chosen.map(({ tool }) => tool)
}

function matches(tool: Tool, spoken: ReadonlySet<string>): { inName: string[]; score: number } {
  const name = new Set(stems(tool.name))
  const inName = [...name].filter((stem) => spoken.has(stem))
  const inDescription = [...new Set(stems(tool.description))].filter(
    (stem) => spoken.has(stem) && !name.has(stem),
  )
  return { inName, score: 2 * inName.length + inDescription.length }
}

/** Words that say nothing about which tool is meant. */
const COMMON = new Set(
  `a about all an and any are as at be by can current currently do does e for from function get give given has have
  how i if in information into is it its like list make me my of on or our please provided return returns run set
  should show tell that the this to tool up use used user value want was what when where which who will with would
  you your hello hi good`.split(/\s+/),
)

/** Words in lower case without endings, so that "converts" finds "convert"; camelCase and snake_case are split. */
function stems(text: string): string[] {
  return text
    .replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word.length > 1 && !COMMON.has(word))
    .map((word) => (word.length > 4 ? word.replace(/(?:ing|ed|es|s|e)$/u, '') : word))
}

/** One arguments text per call: a tool that takes one place is called once for each place. */
function argumentsFor(tool: Tool, words: Words): string[] {
  const each = takesOnePlace(tool.parameters) && words.places.length > 1 ? words.places : undefined
  const turns = each?.slice(0, CALLS_MAX).map((place) => ({ ...words, places: [place] })) ?? [words]
  return turns.map((turn) => JSON.stringify(argumentsOf(tool, turn)))
}

const CALLS_MAX = 16

function argumentsOf(tool: Tool, words: Words): unknown {
  return createInstance({ type: 'object', ...tool.parameters }, createSuggest(words))
}

function takesOnePlace(parameters: Record<string, unknown>): boolean {
  const properties = Object.entries(asSchema(parameters.properties))
  const required = requiredOf(parameters)
  const places = properties.filter(
    ([name, schema]) =>
      isPlaceName(name) &&
      typesOf(asSchema(schema)).includes('string') &&
      (required.length === 0 || required.includes(name)),
  )
  return places.length === 1
}

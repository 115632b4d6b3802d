// Decides what a turn says: tool calls, JSON, or text. Pure: the same request gets the same reply.
import { answerFromFiles, besideFiles } from './files.ts'
import { readImage } from './image.ts'
import { createInstance } from './instance.ts'
import { isObject } from './schema.ts'
import type { Search } from './search.ts'
import { chooseCalls } from './tools.ts'
import type { ChatRequest, Message, ToolCall } from './wire.ts'
import { createSuggest, readWords } from './words.ts'

export type Reply = { kind: 'calls'; calls: ToolCall[] } | { kind: 'text'; text: string }

const NOTICE = "I am the portal's built-in demo model, not a language model."
const CONNECT =
  'For real answers, set OPENAI_API_KEY or ANTHROPIC_API_KEY, start Ollama, llama.cpp, vLLM or LM Studio on this machine, or name your models in MODELS_FILE.'

/** The reply to a request; `search` finds what the documentation says about a question. */
export function decideReply(request: ChatRequest, search: Search): Reply {
  const user = request.messages.findLast(({ role }) => role === 'user')
  const asked = besideFiles(user?.text ?? '')
  const calls = chooseCalls(request, asked)
  if (calls.length > 0) return { kind: 'calls', calls }
  const results = toolResults(request.messages)
  const text =
    request.format.kind === 'text'
      ? textAnswer({ user, asked, results, messages: request.messages }, search)
      : jsonAnswer(request, asked, results)
  return { kind: 'text', text: text.toWellFormed() }
}

type ToolResult = { name: string; content: string }

/** The tool messages that end the conversation, with the names of the tools that were called. */
function toolResults(messages: readonly Message[]): ToolResult[] {
  const names = new Map(
    messages.flatMap(({ toolCalls }) => toolCalls.map(({ id, name }) => [id, name] as const)),
  )
  const last = messages.findLastIndex(({ role }) => role !== 'tool')
  return messages
    .slice(last + 1)
    .map(({ toolCallId, text }) => ({ name: names.get(toolCallId) ?? toolCallId, content: text }))
}

/** The JSON value a text holds, or undefined. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function jsonAnswer(request: ChatRequest, asked: string, results: readonly ToolResult[]): string {
  const facts = Object.assign({}, ...results.map(({ content }) => jsonOf(content)).filter(isObject))
  const suggest = createSuggest(readWords(asked), facts)
  const schema = request.format.kind === 'schema' ? request.format.schema : schemaOfKeys(asked)
  return JSON.stringify(createInstance(schema, suggest))
}

/** "…with the keys name and age" asks for these; otherwise the answer repeats the question. */
function schemaOfKeys(asked: string): unknown {
  const list = /\b(?:keys?|fields?|properties)\b:?\s+([^.:?!;]{1,200})/iu.exec(asked)?.[1] ?? ''
  const keys = list.split(/,|\band\b/u).map((key) => /^\W*(\w+)\W*$/u.exec(key)?.[1])
  const names = keys.filter((key) => key !== undefined)
  return {
    type: 'object',
    properties: Object.fromEntries((names.length > 0 ? names : ['question']).map(typeOfKey)),
  }
}

function typeOfKey(name: string): [string, unknown] {
  const isNumeric = /age|count|number|amount|price|total|year|quantity|score/i.test(name)
  return [name, { type: isNumeric ? 'number' : 'string', maxLength: 200 }]
}

type Turn = {
  user: Message | undefined
  asked: string
  results: readonly ToolResult[]
  messages: readonly Message[]
}

function textAnswer(turn: Turn, search: Search): string {
  return (
    answerToResults(turn.results) ??
    answerToFiles(turn) ??
    answerToImages(turn.user) ??
    answerToCommand(turn.asked) ??
    answerToSmallTalk(turn.asked) ??
    answerFromDocuments(turn.asked, search) ??
    answerToAnything(turn.asked)
  )
}

function answerToResults(results: readonly ToolResult[]): string | undefined {
  if (results.length === 0) return undefined
  const share = Math.max(40, Math.floor(280 / results.length))
  const lines = results.map(({ name, content }) => `${name} returned ${shorten(spell(content), share)}.`)
  return `${lines.join('\n')}\n\n${NOTICE} I only read your tool's answer back.`
}

/** `{"temperature":18,"unit":"celsius"}` as "temperature: 18, unit: celsius"; other text as it is. */
function spell(content: string): string {
  const value = jsonOf(content)
  if (!isObject(value)) return content.trim() || 'nothing'
  const pairs = Object.entries(value).map(
    ([name, item]) => `${name}: ${typeof item === 'string' ? item : JSON.stringify(item)}`,
  )
  return pairs.join(', ') || 'an empty object'
}

function shorten(text: string, lengthMax: number): string {
  const line = text.replace(/\s+/gu, ' ')
  return line.length <= lengthMax ? line : `${line.slice(0, lengthMax - 1).trimEnd()}…`
}

function answerToFiles({ messages, asked }: Turn): string | undefined {
  const found = answerFromFiles(messages, asked)
  return found && `${found}\n\n${NOTICE} I only look for the words of your question. ${CONNECT}`
}

const IMAGES_MAX = 4

function answerToImages(user: Message | undefined): string | undefined {
  if (!user || user.images.length + user.otherParts.length === 0) return undefined
  const described = user.images.slice(0, IMAGES_MAX).map(describeImage)
  const count = user.images.length === 1 ? '1 image' : `${user.images.length} images`
  const images = user.images.length > 0 ? [`You sent ${count}: ${described.join('; ')}.`] : []
  const others =
    user.otherParts.length > 0
      ? [`I cannot read parts of type ${shorten(user.otherParts.join(', '), 60)}.`]
      : []
  return `${[...images, ...others].join(' ')}\n\n${NOTICE} I read headers, not pictures. ${CONNECT}`
}

function describeImage(url: string): string {
  const facts = readImage(url)
  if (!facts) return 'one that is not a base64 data: URL, which I cannot read'
  const { format, sizeBytes, size } = facts
  const pixels = size ? `${size.width} × ${size.height} pixels` : 'of a size I cannot read'
  return `${shorten(format, 40)}, ${sizeBytes.toLocaleString('en')} bytes, ${pixels}`
}

const COUNT_MAX = 5_000

/** What people try a connection with: an exact echo (alone, without our notice), an echo, a long answer. */
function answerToCommand(asked: string): string | undefined {
  const exact =
    /^\s*(?:please\s+)?(?:reply|respond|answer|say)\s+(?:with\s+)?(?:exactly|only|just)\b\s*:?\s*(.+)$/isu.exec(
      asked,
    )
  if (exact?.[1]) return unquote(exact[1])
  const said = /^\s*(?:please\s+)?say\s*:?\s+(.+)$/isu.exec(asked)
  if (said?.[1]) return `${unquote(said[1])}\n\n${NOTICE}`
  const count = /^\s*(?:please\s+)?count\s+(?:from\s+1\s+)?(?:up\s+)?to\s+([\d,]+)/iu.exec(asked)
  if (!count?.[1]) return undefined
  const last = Math.min(Number(count[1].replaceAll(',', '')), COUNT_MAX)
  return `${Array.from({ length: last }, (_, index) => index + 1).join(' ')}\n\n${NOTICE}`
}

function unquote(text: string): string {
  const trimmed = text.trim()
  return /^(["“']).+(["”'])$/su.test(trimmed) ? trimmed.slice(1, -1) : trimmed
}

function answerToSmallTalk(asked: string): string | undefined {
  const talk = asked
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}' ]/gu, '')
  if (/^(?:hello|hi|hey|good (?:morning|afternoon|evening))\b/u.test(talk) && talk.length < 60) {
    return `Hello! ${NOTICE} Ask me how this portal works, send an image, or try streaming, tools and JSON answers. ${CONNECT}`
  }
  if (/^(?:thanks|thank you)\b/u.test(talk)) return `You're welcome! ${NOTICE}`
  if (/^(?:who|what) (?:are you|model (?:are you|is this))/u.test(talk)) return `${NOTICE} ${CONNECT}`
  return undefined
}

function answerFromDocuments(asked: string, search: Search): string | undefined {
  const passage = search(asked)
  if (!passage) return undefined
  const { page, path, heading, quote } = passage
  const section = heading === page ? '' : `, section "${heading}"`
  return `${quote}\n\nThat is from "${page}" (${path})${section}. ${NOTICE}`
}

function answerToAnything(asked: string): string {
  const said = shorten(asked.trim(), 120)
  const reflection = said === '' ? 'Your message has no text.' : `You wrote: "${said}"`
  return `${reflection}\n\n${NOTICE} I can only answer questions about this portal, but keys, limits, streaming and tools around me are real. ${CONNECT}`
}

// The demo model: a deterministic OpenAI-compatible server without a network.
import { createHash } from 'node:crypto'
import { decideReply } from './answer.ts'
import type { DemoDocument } from './documents.ts'
import { type Choice, limitReply } from './limit.ts'
import { createSearch, type Search } from './search.ts'
import { type Head, streamAnswer, type Usage } from './stream.ts'
import { countTokens } from './tokens.ts'
import { type ChatRequest, type Message, parseRequest } from './wire.ts'

/** `body` is JSON text, or SSE text when the request asked for a stream; it rejects with the signal's reason. */
export type DemoResponse = { status: number; headers: Record<string, string>; body: AsyncIterable<string> }
export type DemoModel = { respond(body: unknown, signal: AbortSignal): DemoResponse }
type DemoModelOptions = { documents: DemoDocument[]; wordDelayMs?: number }

const WORD_DELAY_MS = 10
const JSON_HEADERS = { 'content-type': 'application/json; charset=utf-8' }
const STREAM_HEADERS = { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' }

/**
 * Answers one chat-completions request as an OpenAI-compatible server would; the body is the parsed JSON request.
 * Status 200 or 400, never an exception. The same conversation gets the same words whatever the delay.
 */
export function createDemoModel({ documents, wordDelayMs = WORD_DELAY_MS }: DemoModelOptions): DemoModel {
  const search = createSearch(documents)
  let answered = 0
  return {
    respond(body, signal) {
      const parsed = parseRequest(body)
      if ('error' in parsed)
        return { status: 400, headers: JSON_HEADERS, body: once({ error: parsed.error }) }
      const { request } = parsed
      answered += 1
      const head = createHead(request, answered)
      const answering = { request, head, search, pace: { delayMs: wordDelayMs, signal } }
      return request.stream
        ? { status: 200, headers: STREAM_HEADERS, body: answerStream(answering) }
        : { status: 200, headers: JSON_HEADERS, body: answerJson(answering) }
    },
  }
}

type Answering = {
  request: ChatRequest
  head: Head
  search: Search
  pace: { delayMs: number; signal: AbortSignal }
}

function createHead(request: ChatRequest, count: number): Head {
  const content = createHash('sha256').update(JSON.stringify(request)).digest('hex').slice(0, 20)
  return {
    id: `chatcmpl-${content}${count.toString(16).padStart(6, '0')}`,
    created: Math.floor(Date.now() / 1000),
    model: request.model,
    system_fingerprint: 'portal-demo',
  }
}

async function* once(value: object): AsyncGenerator<string> {
  yield JSON.stringify(value)
}

async function* answerJson({ request, head, search, pace }: Answering): AsyncGenerator<string> {
  const choices = await chooseAll(request, search)
  const usage = await usageOf(request, choices)
  pace.signal.throwIfAborted()
  yield JSON.stringify({ ...head, object: 'chat.completion', choices: choices.map(presentChoice), usage })
}

async function* answerStream({ request, head, search, pace }: Answering): AsyncGenerator<string> {
  pace.signal.throwIfAborted()
  const choices = await chooseAll(request, search)
  const usage = request.includeUsage ? await usageOf(request, choices) : undefined
  yield* streamAnswer({ head, choices, usage }, pace)
}

/** All choices say the same; only the ids of their calls differ, because a client answers each call by its id. */
async function chooseAll(request: ChatRequest, search: Search): Promise<Choice[]> {
  const choice = await limitReply(decideReply(request, search), request)
  return Array.from({ length: request.choices }, (_, index) => ({
    ...choice,
    calls: choice.calls.map((call) => (index === 0 ? call : { ...call, id: `${call.id}_${index}` })),
  }))
}

function presentChoice({ content, calls, finish }: Choice, index: number): object {
  const tool_calls = calls.map(({ id, name, arguments: args }) => ({
    id,
    type: 'function',
    function: { name, arguments: args },
  }))
  const message = { role: 'assistant', content, refusal: null, ...(calls.length > 0 ? { tool_calls } : {}) }
  return { index, message, logprobs: null, finish_reason: finish }
}

/** What a message costs besides its words, and what starts an answer; an image at low detail (OpenAI's figures). */
const MESSAGE_TOKENS = 3
const ANSWER_START_TOKENS = 3
const IMAGE_TOKENS = 85

async function usageOf(request: ChatRequest, choices: readonly Choice[]): Promise<Usage> {
  const { messages, tools } = request
  const texts = messages.flatMap(textsOf)
  const offered = tools.length > 0 ? [JSON.stringify(tools)] : []
  const images = messages.reduce((count, message) => count + message.images.length, 0)
  const prompt_tokens =
    (await countTokens([...texts, ...offered])) +
    MESSAGE_TOKENS * messages.length +
    ANSWER_START_TOKENS +
    IMAGE_TOKENS * images
  const completion_tokens = choices.reduce((sum, choice) => sum + choice.tokens, 0)
  return { prompt_tokens, completion_tokens, total_tokens: prompt_tokens + completion_tokens }
}

function textsOf({ role, text, toolCalls }: Message): string[] {
  return [role, text, ...toolCalls.flatMap((call) => [call.name, call.arguments])]
}

// The two forms of an answer: one JSON body, or the chunks of a stream as JSON texts.
import type { Answer, UsagePlacement } from '../behaviour.ts'
import type { JsonObject } from '../json.ts'
import { type Ending, type Reply, replyTo } from '../reply.ts'
import { type ChatRequest, questionOf } from './request.ts'
import { type Usage, usageObject, usageOf } from './usage.ts'

/** Seconds since 1970 that every answer carries; fixed, so that equal requests get equal bytes. */
export const createdAt = 1_790_000_000

/** A request with what its answer is made of. */
export type Asked = { request: ChatRequest; id: string; answer: Answer }

/** The `chat.completion` object of an answer without stream. */
export function completionBody({ request, id, answer }: Asked): JsonObject {
  const reply = replyTo(questionOf(request), answer)
  const usage = answer.usageAs === 'zero' ? usageObject(0, 0) : reportedUsage(request, { answer, reply })
  const message = {
    role: 'assistant',
    content: contentOf(reply),
    ...(reply.reasoning.length > 0 && { reasoning_content: reply.reasoning.join('') }),
    ...(reply.toolCalls.length > 0 && { tool_calls: reply.toolCalls.map(callObject) }),
    refusal: reply.refusal ?? null,
  }
  return {
    id,
    object: 'chat.completion',
    created: createdAt,
    model: request.model,
    choices: Array.from({ length: request.n ?? 1 }, (_, index) => ({
      index,
      message,
      logprobs: null,
      finish_reason: finishOf(reply, answer),
    })),
    ...(answer.usageAs !== 'missing' && { usage }),
    system_fingerprint: 'fp_sandbox',
    ...answer.extra,
  }
}

/** The chunks of a streamed answer in order, each one a JSON text; without `[DONE]`. */
export function completionChunks({ request, id, answer }: Asked): string[] {
  const reply = replyTo(questionOf(request), answer)
  const usage = reportedUsage(request, { answer, reply })
  const place = answer.usageAs ?? (request.stream_options?.include_usage ? 'null-until-last' : 'missing')
  const deltas = deltasOf(reply, answer)
  const chunk = chunkWriter({ request, id, answer })
  const everywhere = place === 'null-until-last' ? ',"usage":null' : ''
  const running = (done: number) =>
    place === 'every-chunk' ? `,"usage":${JSON.stringify(share(usage, done / deltas.length))}` : everywhere
  const indexes = Array.from({ length: request.n ?? 1 }, (_, index) => index)
  const choice = (index: number, inner: string) => `{"index":${index},"delta":${inner},"logprobs":null`
  const finish = JSON.stringify(finishOf(reply, answer))
  const ending =
    place === 'finish-chunk' || place === 'duplicate'
      ? `,"usage":${JSON.stringify(usage)}`
      : running(deltas.length)
  return [
    ...(answer.wire?.emptyFirst ? [chunk('', everywhere)] : []),
    ...deltas.flatMap((delta, at) =>
      indexes.map((index) => chunk(`${choice(index, delta)},"finish_reason":null}`, running(at))),
    ),
    ...indexes.map((index) =>
      chunk(
        `${choice(index, '{}')},"finish_reason":${finish}}`,
        index === indexes.length - 1 ? ending : running(deltas.length),
      ),
    ),
    ...lastUsage(place, usage).map((last) => chunk('', `,"usage":${JSON.stringify(last)}`)),
  ]
}

const finishReasons: Record<Ending, string> = {
  stop: 'stop',
  'stop-sequence': 'stop',
  length: 'length',
  'tool-calls': 'tool_calls',
  refusal: 'stop',
}

function finishOf(reply: Reply, answer: Answer): string | null {
  return answer.finishReason === undefined ? finishReasons[reply.ending] : answer.finishReason
}

function lastUsage(place: UsagePlacement, usage: JsonObject): JsonObject[] {
  if (place === 'zero') return [usageObject(0, 0)]
  return place === 'separate-chunk' || place === 'null-until-last' || place === 'duplicate' ? [usage] : []
}

/** Joins by hand what is the same in every chunk: a long stream costs one `JSON.stringify` per delta. */
function chunkWriter({ request, id, answer }: Asked): (choices: string, tail: string) => string {
  const head =
    `{"id":${JSON.stringify(id)},"object":"chat.completion.chunk","created":${createdAt},` +
    `"model":${JSON.stringify(request.model)},"system_fingerprint":"fp_sandbox","choices":[`
  const extra = answer.extra
  if (!extra) return (choices, tail) => `${head}${choices}]${tail}}`
  return (choices, tail) => JSON.stringify({ ...JSON.parse(`${head}${choices}]${tail}}`), ...extra })
}

function deltasOf(reply: Reply, answer: Answer): string[] {
  const opening = reply.toolCalls.length > 0 || answer.toolDeltas ? null : ''
  return [
    { role: 'assistant', content: opening, refusal: null },
    ...reply.reasoning.map((text) => ({ reasoning_content: text })),
    ...reply.chunks.map((text) => ({ content: text })),
    ...(reply.refusal === undefined ? [] : [{ refusal: reply.refusal }]),
    ...reply.toolCalls.flatMap(callDeltas),
    ...(answer.toolDeltas ?? []).map((calls) => ({ tool_calls: calls })),
  ].map((delta) => JSON.stringify(delta))
}

function callDeltas(call: Reply['toolCalls'][number], index: number): JsonObject[] {
  const first = { index, ...callObject(call, index), function: { name: call.name, arguments: '' } }
  const pieces = call.pieces ?? call.arguments.match(/.{1,8}/gsu) ?? []
  return [
    { tool_calls: [first] },
    ...pieces.map((piece) => ({ tool_calls: [{ index, function: { arguments: piece } }] })),
  ]
}

function callObject(call: Reply['toolCalls'][number], index: number): JsonObject {
  return {
    id: call.id ?? `call_${index}`,
    type: 'function',
    function: { name: call.name, arguments: call.arguments },
  }
}

function contentOf(reply: Reply): string | null {
  const empty = reply.chunks.length === 0 && (reply.toolCalls.length > 0 || reply.refusal !== undefined)
  return empty ? null : reply.chunks.join('')
}

function reportedUsage(request: ChatRequest, said: { answer: Answer; reply: Reply }): JsonObject {
  const { answer, reply } = said
  return (
    answer.usage ??
    usageOf(request, {
      text: reply.chunks.join(''),
      reasoning: reply.reasoning.join(''),
      refusal: reply.refusal ?? '',
      toolCalls: reply.toolCalls,
    })
  )
}

/** The usage as it stands after a part of the answer, for servers that count on every chunk. */
function share(usage: JsonObject, part: number): JsonObject {
  const { prompt_tokens: prompt, completion_tokens: completion } = usage as Usage
  return part === 1 ? usage : usageObject(prompt, Math.floor(completion * part))
}

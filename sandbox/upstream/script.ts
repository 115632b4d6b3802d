// From a behaviour and a request to the exact steps of an answer.
import type { Answer, Behaviour, Bytes, Moment } from './behaviour.ts'
import type { Call, Headers, Refusal } from './dialect.ts'
import { eventText, piecesOf, slicesOf } from './wire.ts'
import { countTokens } from './words.ts'

/** One step of an answer: `write` waits until the kernel has the bytes, `pour` only until there is room. */
export type Step =
  | { do: 'head'; status: number; headers: Headers }
  | { do: 'write' | 'pour'; bytes: Buffer }
  | { do: 'wait'; ms: number }
  | { do: 'hang' }
  | { do: 'drop'; rst: boolean }

/** An answer ready to be sent at once, or its steps; either can be played any number of times. */
export type Script = { status: number; headers: Headers; body: Buffer } | { steps: () => Iterable<Step> }

type Of<Kind extends Behaviour['kind']> = Extract<Behaviour, { kind: Kind }>

/** The refusal of a request. */
export function refusalScript({ status, body, headers }: Refusal): Script {
  return jsonScript(status, body, headers)
}

/** A checked request and what to answer it. */
type Asked = { call: Call; answer: Answer }

/** What the behaviour makes of a request that passed the checks. */
export function scriptOf(behaviour: Behaviour, call: Call): Script {
  const asked = (answer: Answer): Asked => ({ call, answer })
  switch (behaviour.kind) {
    case 'answer':
      return answerScript(asked(behaviour))
    case 'slow-first-byte':
      return { steps: () => slowSteps(behaviour, asked(behaviour)) }
    case 'hang':
      return { steps: () => [...stepsUntil(behaviour.after, asked(behaviour)), { do: 'hang' }] }
    case 'reset':
      return {
        steps: () => [
          ...stepsUntil(behaviour.after, asked(behaviour)),
          { do: 'drop', rst: behaviour.rst === true },
        ],
      }
    case 'status':
      return statusScript(behaviour, call)
    case 'error-in-stream':
      return errorScript(behaviour, asked(behaviour))
    case 'malformed-json':
      return malformedScript(behaviour, asked(behaviour))
    case 'long-line':
      return { steps: () => longLineSteps(behaviour, asked({})) }
    case 'trickle':
      return { steps: () => trickleSteps(behaviour, asked(behaviour)) }
    case 'firehose':
      return { steps: () => firehoseSteps(behaviour, asked({})) }
    case 'raw':
      return { steps: () => rawSteps(behaviour, asked({})) }
  }
}

function answerScript(asked: Asked): Script {
  const { delayMs, wire } = asked.answer
  if (delayMs || wire?.cut !== undefined || wire?.together !== undefined)
    return { steps: () => allSteps(asked) }
  return bodyScript(200, bodyOf(asked), headOf(asked).headers)
}

function statusScript({ status, headers, json, text, html }: Of<'status'>, call: Call): Script {
  if (html !== undefined) return bodyScript(status, html, { 'content-type': 'text/html', ...headers })
  if (text !== undefined) return bodyScript(status, text, { 'content-type': 'text/plain', ...headers })
  if (json !== undefined) return jsonScript(status, json, headers)
  const refusal = call.failed(status)
  return refusalScript({ ...refusal, headers: { ...refusal.headers, ...headers } })
}

function errorScript({ afterEvents = 0, error }: Of<'error-in-stream'>, asked: Asked): Script {
  const failure = asked.call.failure(error)
  if (!asked.call.stream) return bodyScript(200, failure.data, headOf(asked).headers)
  const last = Buffer.from(eventText(failure, asked.answer.wire ?? {}))
  return {
    steps: () => [headOf(asked), ...writes([...unitsOf(asked).slice(0, afterEvents), last], asked)],
  }
}

function malformedScript({ afterEvents = 0 }: Of<'malformed-json'>, asked: Asked): Script {
  if (!asked.call.stream) {
    const [half = Buffer.alloc(0)] = unitsOf(asked)
    return bodyScript(200, half, headOf(asked).headers)
  }
  const broken = Buffer.from(eventText(asked.call.broken, { ...asked.answer.wire, multiline: false }))
  return { steps: () => [headOf(asked), ...writes(unitsOf(asked).toSpliced(afterEvents, 0, broken), asked)] }
}

function slowSteps({ ms, headersFirst }: Of<'slow-first-byte'>, asked: Asked): Step[] {
  const wait: Step = { do: 'wait', ms }
  const [head, ...rest] = allSteps(asked)
  if (!head) return [wait]
  return headersFirst ? [head, wait, ...rest] : [wait, head, ...rest]
}

function trickleSteps({ everyMs, bytes = 1 }: Of<'trickle'>, asked: Asked): Step[] {
  const pieces = slicesOf(Buffer.concat(unitsOf(asked)), bytes)
  return [headOf(asked), ...spaced(pieces, everyMs)]
}

function* firehoseSteps(
  { events, text = 'word '.repeat(100) }: Of<'firehose'>,
  asked: Asked,
): Iterable<Step> {
  const answer = { chunks: [text], usage: asked.call.usage(countTokens(text) * events) }
  const texts = asked.call.frames(answer).map((frame) => eventText(frame, {}))
  const at = texts.findIndex((event) => event.includes(JSON.stringify(text)))
  yield headOf(asked)
  yield write(texts.slice(0, at).join(''))
  const bytes = Buffer.from(texts[at] ?? '')
  for (let sent = 0; sent < events; sent++) yield { do: 'pour', bytes }
  yield write(texts.slice(at + 1).join(''))
}

function* longLineSteps({ megabytes }: Of<'long-line'>, asked: Asked): Iterable<Step> {
  const marker = 'LONG-LINE'
  const body = bodyOf({ ...asked, answer: { text: marker } })
  const event = body.split('\n\n').find((part) => part.includes(marker)) ?? ''
  const [before = '', ...behind] = event.split(marker)
  yield { do: 'head', status: 200, headers: typeOf(asked) }
  yield write(before)
  const bytes = Buffer.alloc(65_536, 'a')
  for (let sent = 0; sent < megabytes * 16; sent++) yield { do: 'pour', bytes }
  if (!asked.call.stream) yield write(behind.join(marker))
}

function rawSteps({ status = 200, headers, writes: items, ending = 'end' }: Of<'raw'>, asked: Asked): Step[] {
  const last: Record<typeof ending, Step[]> = {
    end: [],
    hang: [{ do: 'hang' }],
    drop: [{ do: 'drop', rst: false }],
  }
  return [
    { do: 'head', status, headers: { ...typeOf(asked), ...headers } },
    ...items.map((item) => write(bytesOf(item))),
    ...last[ending],
  ]
}

function allSteps(asked: Asked): Step[] {
  return [headOf(asked), ...writes(unitsOf(asked), asked)]
}

function stepsUntil(moment: Moment, asked: Asked): Step[] {
  if (moment === 'nothing') return []
  return [headOf(asked), ...writes(unitsOf(asked).slice(0, moment === 'headers' ? 0 : moment), asked)]
}

/** The answer in the units that faults count: events, or the two halves of a body. */
function unitsOf(asked: Asked): Buffer[] {
  if (asked.call.stream) return eventsOf(asked).map((event) => Buffer.from(event))
  const body = Buffer.from(bodyOf(asked))
  return slicesOf(body, Math.ceil(body.length / 2))
}

function bodyOf(asked: Asked): string {
  const { call, answer } = asked
  return call.stream ? eventsOf(asked).join('') : JSON.stringify(call.whole(answer))
}

function eventsOf({ call, answer }: Asked): string[] {
  return call.frames(answer).map((frame) => eventText(frame, answer.wire ?? {}))
}

function headOf(asked: Asked): Extract<Step, { do: 'head' }> {
  return { do: 'head', status: 200, headers: { ...typeOf(asked), ...asked.call.headers } }
}

function typeOf({ call }: Asked): Headers {
  return call.stream
    ? { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' }
    : { 'content-type': 'application/json' }
}

function writes(units: readonly Buffer[], { answer }: Asked): Step[] {
  return spaced(piecesOf(units, answer.wire ?? {}), answer.delayMs ?? 0)
}

function spaced(pieces: readonly Buffer[], ms: number): Step[] {
  return pieces.flatMap((piece, index): Step[] =>
    index > 0 && ms > 0 ? [{ do: 'wait', ms }, write(piece)] : [write(piece)],
  )
}

function write(bytes: Buffer | string): Step {
  return { do: 'write', bytes: typeof bytes === 'string' ? Buffer.from(bytes) : bytes }
}

function bytesOf(bytes: Bytes): Buffer {
  return typeof bytes === 'string' ? Buffer.from(bytes) : Buffer.from(bytes.base64, 'base64')
}

function jsonScript(status: number, value: unknown, headers: Headers = {}): Script {
  return bodyScript(status, JSON.stringify(value), { 'content-type': 'application/json', ...headers })
}

function bodyScript(status: number, body: string | Buffer, headers: Headers): Script {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body
  const stream = headers['content-type']?.startsWith('text/event-stream')
  return {
    status,
    headers: stream ? headers : { ...headers, 'content-length': String(bytes.length) },
    body: bytes,
  }
}

import type { AnswerEvent } from '../../../neutral/index.ts'
import type { StreamFrame } from '../../../providers/index.ts'
import { answerId } from '../answer-id.ts'
import type { AnswerContext, StreamEncoder } from '../dialect.ts'
import { type Gathered, gathered, isAnotherCall } from '../gathered.ts'
import { createJsonEnd, type JsonEnd } from '../json-end.ts'
import { madeUpCallId } from './encode-answer.ts'
import { finishFields, isWhole } from './finish.ts'
import { encodeEvent } from './pass.ts'
import { thinkingBlocks } from './thinking-blocks.ts'
import { encodeUsage } from './usage.ts'

type Finish = Extract<AnswerEvent, { type: 'finish' }>
type CallEvent = Extract<AnswerEvent, { type: 'tool-call' }>
type Call = {
  index: number
  id: string | null
  name: string | null
  input: JsonEnd
  hasInput: boolean
  hasBegun: boolean
  held: string
}

/** The stream of an upstream that speaks another dialect, chunk by chunk. */
export function encodeStream(
  context: AnswerContext,
  eventsOf: (frame: StreamFrame) => AnswerEvent[],
): StreamEncoder {
  const chunks = createChunks(context)
  const calls = createCalls(context, chunks)
  const thoughts: AnswerEvent[] = []
  let finish: Finish | null = null
  let hasRefused = false

  const end = (event: Finish): string => {
    if (finish) return ''
    finish = event
    const blocks = thinkingBlocks(gathered(thoughts).parts)
    const said = { calls: calls.any(), refusal: hasRefused }
    return (
      chunks.begin(null) +
      calls.end(event) +
      (blocks.length > 0 ? chunks.delta({ thinking_blocks: blocks }) : '') +
      chunks.last(finishFields(event, said))
    )
  }
  const encode = (event: AnswerEvent): string => {
    switch (event.type) {
      case 'start':
        return chunks.begin(event.id)
      case 'text':
        return event.text === '' ? '' : chunks.text(event.text)
      case 'refusal':
        hasRefused ||= event.text !== ''
        return chunks.delta({ refusal: event.text })
      case 'reasoning':
        thoughts.push(event)
        return event.text === '' ? '' : chunks.delta({ reasoning_content: event.text })
      case 'tool-call':
        return calls.add(event)
      case 'finish':
        return end(event)
      default:
        // Given whole once all are there: few clients put pieces of these together.
        thoughts.push(event)
        return ''
    }
  }
  return {
    frame: (frame) => eventsOf(frame).map(encode).join(''),
    closing({ cut, usage }) {
      const last = end({ type: 'finish', reason: cut ? 'length' : 'stop', native: null, stopSequence: null })
      return last + (context.wantsUsage ? chunks.usage(encodeUsage(usage)) : '') + encodeEvent('[DONE]')
    },
  }
}

type Chunks = ReturnType<typeof createChunks>

function createChunks({ model, requestId }: AnswerContext) {
  const created = Math.floor(Date.now() / 1000)
  let id = ''
  /** Everything before the choices: the same in every chunk. */
  let head = ''
  const begin = (upstreamId: Gathered['id']): string => {
    if (head !== '') return ''
    id = answerId('chatcmpl-', upstreamId, requestId)
    head = JSON.stringify({ id, object: 'chat.completion.chunk', created, model }).slice(0, -1)
    return delta({ role: 'assistant', content: '' })
  }
  const choice = (fields: object): string =>
    encodeEvent(`${head},"choices":[${JSON.stringify({ index: 0, ...fields })}]}`)
  const delta = (fields: object): string => begin(null) + choice({ delta: fields, finish_reason: null })
  return {
    begin,
    delta,
    /** Most of a stream is this. */
    text: (text: string): string =>
      `${begin(null)}data: ${head},"choices":[{"index":0,"delta":{"content":${JSON.stringify(text)}},"finish_reason":null}]}\n\n`,
    last: (fields: object): string => choice({ delta: {}, ...fields }),
    usage: (usage: object): string => encodeEvent(`${head},"choices":[],"usage":${JSON.stringify(usage)}}`),
  }
}

/** The calls of one answer: each begins once its name is known, under its place among the calls. */
function createCalls({ requestId }: AnswerContext, chunks: Chunks) {
  const calls: Call[] = []
  const lastByKey = new Map<number, Call>()
  let begun = 0
  const delta = (fields: object) => chunks.delta({ tool_calls: [fields] })
  const begin = (call: Call, name: string): string => {
    call.hasBegun = true
    call.index = begun++
    const { index, held } = call
    const id = call.id || madeUpCallId(requestId, index)
    return delta({ index, id, type: 'function', function: { name, arguments: held } })
  }
  const callOf = (event: CallEvent): Call => {
    const known = lastByKey.get(event.key)
    const isComplete = () => known?.input.isComplete ?? false
    if (known && !isAnotherCall({ ...known, isComplete }, event)) return known
    const input = createJsonEnd()
    const call = { index: 0, id: null, name: null, input, hasInput: false, hasBegun: false, held: '' }
    lastByKey.set(event.key, call)
    calls.push(call)
    return call
  }
  return {
    any: () => begun > 0,
    add(event: CallEvent): string {
      const { id, name, input } = event
      const call = callOf(event)
      call.id ??= id
      call.name ??= name
      call.input.push(input)
      call.hasInput ||= input !== ''
      if (call.hasBegun)
        return input === '' ? '' : delta({ index: call.index, function: { arguments: input } })
      call.held += input
      return name ? begin(call, name) : ''
    },
    /** A call without arguments has an empty object of them, unless it was cut before they came. */
    end(finish: Finish): string {
      if (!isWhole(finish)) return ''
      const bare = calls.filter(({ hasBegun, hasInput }) => hasBegun && !hasInput)
      return bare.map(({ index }) => delta({ index, function: { arguments: '{}' } })).join('')
    },
  }
}

// What a stream must look like in each dialect, as tests see it: text in, what it said out, or a sentence why not.

type Json = Record<string, unknown>

function must(condition: unknown, sentence: string): asserts condition {
  if (!condition) throw new Error(sentence)
}

function jsonOf(text: string): Json {
  try {
    return JSON.parse(text)
  } catch {
    throw new Error(`The data is no JSON: ${text.slice(0, 200)}`)
  }
}

/** The events of a stream, each its lines; comments left out. */
function eventsOf(text: string): string[][] {
  must(text.endsWith('\n\n'), 'The stream ends inside an event.')
  const events = text.slice(0, -2).split('\n\n')
  return events.filter((event) => !event.startsWith(':')).map((event) => event.split('\n'))
}

type OpenAiCall = { id: string; name: string; arguments: string }

/** What a choice of an OpenAI stream said. */
type OpenAiSaid = {
  text: string
  reasoning: string
  refusal: string
  calls: OpenAiCall[]
  thinkingBlocks: Json[]
  finishReason: string | null
  nativeFinishReason: unknown
}

type OpenAiStream = {
  id: unknown
  model: unknown
  choices: OpenAiSaid[]
  usage: Json | null
  error: Json | null
}

/**
 * Reads a stream of chat completions.
 * @throws Error with a sentence, where it is none
 */
export function checkOpenAiStream(text: string): OpenAiStream {
  const stream: OpenAiStream = { id: null, model: null, choices: [], usage: null, error: null }
  let isDone = false
  for (const [line = '', ...others] of eventsOf(text)) {
    must(others.length === 0, `An event has several lines: ${[line, ...others].join(' ')}`)
    must(line.startsWith('data: '), `A line is no data: ${line.slice(0, 200)}`)
    must(!isDone, 'Something comes after [DONE].')
    must(!stream.error, 'Something comes after the error.')
    const data = line.slice('data: '.length)
    isDone = data === '[DONE]'
    if (!isDone) takeChunk(stream, jsonOf(data))
  }
  must(isDone || stream.error, 'The stream ends without [DONE].')
  const open = stream.choices.findIndex(({ finishReason }) => finishReason === null)
  must(stream.error || (stream.choices.length > 0 && open < 0), `The choice ${open} has no finish_reason.`)
  return stream
}

function takeChunk(stream: OpenAiStream, chunk: Json): void {
  if (chunk.error) {
    stream.error = chunk.error as Json
    return
  }
  must(chunk.object === 'chat.completion.chunk', `A chunk is of the object ${chunk.object}.`)
  must(Array.isArray(chunk.choices), 'A chunk has no choices.')
  const choices = chunk.choices as Json[]
  must(!stream.usage, 'Something but [DONE] comes after the usage.')
  if (choices.length === 0) {
    if (chunk.usage) stream.usage = chunk.usage as Json
    return
  }
  const isFirst = stream.choices.length === 0
  stream.id ??= chunk.id
  stream.model ??= chunk.model
  must(stream.id === chunk.id && stream.model === chunk.model, 'Chunks differ in their id or model.')
  for (const choice of choices) takeChoice(stream, choice, isFirst)
}

const nothingSaid = (): OpenAiSaid => ({
  text: '',
  reasoning: '',
  refusal: '',
  calls: [],
  thinkingBlocks: [],
  finishReason: null,
  nativeFinishReason: undefined,
})

function takeChoice(stream: OpenAiStream, choice: Json, isFirst: boolean): void {
  const index = Number(choice.index)
  must(Number.isInteger(index) && index >= 0, `A choice has the index ${choice.index}.`)
  const delta = (choice.delta ?? {}) as Json
  must(!isFirst || delta.role === 'assistant', 'The first chunk names no role.')
  while (stream.choices.length <= index) stream.choices.push(nothingSaid())
  const said = stream.choices[index] ?? nothingSaid()
  must(said.finishReason === null, `Something comes after the finish of the choice ${index}.`)
  said.text += delta.content ?? ''
  said.reasoning += delta.reasoning_content ?? ''
  said.refusal += delta.refusal ?? ''
  said.thinkingBlocks.push(...((delta.thinking_blocks as Json[] | undefined) ?? []))
  for (const call of (delta.tool_calls as Json[] | undefined) ?? []) takeCall(said, call)
  if (choice.finish_reason != null) finishChoice(said, choice)
}

function takeCall({ calls }: OpenAiSaid, delta: Json): void {
  const index = Number(delta.index)
  const called = (delta.function ?? {}) as Json
  must(Number.isInteger(delta.index) && index <= calls.length, `A call has the index ${delta.index}.`)
  if (index === calls.length) {
    must(typeof delta.id === 'string' && delta.id !== '', `The call ${index} begins without an id.`)
    must(typeof called.name === 'string', `The call ${index} begins without a name.`)
    calls.push({ id: delta.id, name: called.name, arguments: '' })
  }
  const call = calls[index]
  if (call) call.arguments += called.arguments ?? ''
}

function finishChoice(said: OpenAiSaid, choice: Json): void {
  said.finishReason = String(choice.finish_reason)
  said.nativeFinishReason = choice.native_finish_reason
  if (said.finishReason !== 'tool_calls') return
  must(said.calls.length > 0, 'The finish is tool_calls, and there are none.')
  for (const call of said.calls) jsonOf(call.arguments)
}

/** What an Anthropic stream said: each block with its text or JSON put together. */
type AnthropicStream = {
  message: Json | null
  blocks: { start: Json; text: string; signatures: string[] }[]
  stop: Json | null
  usage: Json | null
  error: Json | null
}

type Reading = AnthropicStream & { isOpen: boolean; isStopped: boolean }

/**
 * Reads a stream of Messages.
 * @throws Error with a sentence, where it is none
 */
export function checkAnthropicStream(text: string): AnthropicStream {
  const reading: Reading = {
    message: null,
    blocks: [],
    stop: null,
    usage: null,
    error: null,
    isOpen: false,
    isStopped: false,
  }
  for (const lines of eventsOf(text)) {
    const [name = '', data = '', ...others] = lines
    must(name.startsWith('event: '), `An event has no name: ${name.slice(0, 200)}`)
    must(data.startsWith('data: '), `An event has no data: ${data.slice(0, 200)}`)
    must(others.length === 0, `An event has more lines: ${others.join(' ').slice(0, 200)}`)
    const event = jsonOf(data.slice('data: '.length))
    must(event.type === name.slice('event: '.length), `${name} has data of the type ${event.type}.`)
    takeEvent(reading, event)
  }
  must(reading.isStopped || reading.error, 'The stream ends without message_stop.')
  const { isOpen: _, isStopped: __, ...stream } = reading
  return stream
}

function takeEvent(reading: Reading, event: Json): void {
  const type = String(event.type)
  must(!reading.isStopped, `${type} comes after message_stop.`)
  must(!reading.error, `${type} comes after the error.`)
  if (type === 'ping') return
  if (type === 'error') {
    reading.error = event.error as Json
    return
  }
  must(type === 'message_start' || reading.message, `${type} comes before message_start.`)
  const take = takers[type]
  must(take, `There is no event ${type}.`)
  take(reading, event)
}

const takers: Record<string, (reading: Reading, event: Json) => void> = {
  message_start(reading, { message }) {
    must(!reading.message, 'message_start comes twice.')
    const { usage, content } = message as Json
    must(typeof (usage as Json | undefined)?.input_tokens === 'number', 'message_start has no input_tokens.')
    must(Array.isArray(content) && content.length === 0, 'message_start has content.')
    reading.message = message as Json
  },
  content_block_start(reading, { index, content_block: start }) {
    must(!reading.isOpen, `The block ${index} begins inside another.`)
    must(!reading.stop, `The block ${index} begins after message_delta.`)
    must(index === reading.blocks.length, `The block ${index} begins as number ${reading.blocks.length}.`)
    reading.isOpen = true
    reading.blocks.push({ start: start as Json, text: '', signatures: [] })
  },
  content_block_delta(reading, { index, delta }) {
    const block = reading.blocks.at(-1)
    must(
      reading.isOpen && block && index === reading.blocks.length - 1,
      `A delta for ${index}, which is closed.`,
    )
    takeDelta(block, delta as Json)
  },
  content_block_stop(reading, { index }) {
    must(reading.isOpen && index === reading.blocks.length - 1, `The block ${index} ends, and was not open.`)
    reading.isOpen = false
  },
  message_delta(reading, { delta, usage }) {
    must(!reading.isOpen, 'message_delta comes inside a block.')
    must(
      typeof (usage as Json | undefined)?.output_tokens === 'number',
      'message_delta has no output_tokens.',
    )
    reading.stop = { ...reading.stop, ...(delta as Json) }
    reading.usage = usage as Json
  },
  message_stop(reading) {
    must(typeof reading.stop?.stop_reason === 'string', 'message_stop comes without a stop_reason.')
    checkStop(reading, reading.stop.stop_reason)
    reading.isStopped = true
  },
}

const fits: Record<string, { delta: string; field: string }> = {
  text: { delta: 'text_delta', field: 'text' },
  thinking: { delta: 'thinking_delta', field: 'thinking' },
  tool_use: { delta: 'input_json_delta', field: 'partial_json' },
}

function takeDelta(block: AnthropicStream['blocks'][number], delta: Json): void {
  const { start } = block
  const fit = fits[String(start.type)]
  must(fit, `A block of the type ${start.type} has deltas.`)
  must(block.signatures.length === 0, 'Something comes after the signature.')
  if (delta.type === 'signature_delta' && start.type === 'thinking') {
    block.signatures.push(String(delta.signature))
  } else {
    must(delta.type === fit.delta, `A ${delta.type} in a block of the type ${start.type}.`)
    block.text += String(delta[fit.field])
  }
}

/** Calls are made where the message stops for them, and only with arguments that are whole. */
function checkStop({ blocks }: Reading, reason: string): void {
  const calls = blocks.filter(({ start }) => start.type === 'tool_use')
  must(reason !== 'tool_use' || calls.length > 0, 'It stops for tool_use, and there is none.')
  if (reason === 'tool_use') for (const { text } of calls) if (text !== '') jsonOf(text)
}

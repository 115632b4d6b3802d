import { StringDecoder } from 'node:string_decoder'
import { createParser } from 'eventsource-parser'
import { failure, type StreamFrame, type StreamReader } from '../provider.ts'
import { readEmbeddedError } from './errors.ts'
import { createPlainChunks } from './plain-chunks.ts'
import { producedText } from './produced.ts'
import { isRecord, readUsage } from './usage.ts'

// One event larger than this is not a model's answer; without a bound it would fill the memory.
const eventCharactersMax = 8 * 1024 * 1024

/** Reads OpenAI's event stream, cut anywhere, inside a character too. Comments are dropped. */
export function createStreamReader(): StreamReader {
  const decoder = new StringDecoder('utf8')
  const plainChunks = createPlainChunks()
  let frames: StreamFrame[] = []
  const frameOf = (data: string): StreamFrame => {
    const plain = plainChunks.read(data)
    if (plain) return plain
    const frame = parsedFrame(data)
    plainChunks.learn(frame)
    return frame
  }
  const parser = createParser({
    maxBufferSize: eventCharactersMax,
    onEvent: (event) => frames.push(frameOf(event.data)),
    onError: (error) => {
      if (error.type === 'max-buffer-size-exceeded') frames.push(broken(''))
    },
  })
  const take = (text: string): StreamFrame[] => {
    parser.feed(text)
    const taken = frames
    frames = []
    return taken
  }
  return {
    push: (chunk) => take(decoder.write(chunk)),
    // An upstream may close without the blank line that ends its last event.
    end: () => take(`${decoder.end()}\n\n`),
  }
}

function parsedFrame(data: string): StreamFrame {
  if (data === '[DONE]') return { ...nothing, kind: 'done', data }
  let json: unknown
  try {
    json = JSON.parse(data)
  } catch {
    return broken(data)
  }
  if (!isRecord(json)) return broken(data)
  if (json.error) return { ...nothing, kind: 'error', data, json, failure: readEmbeddedError(json) }
  return chunkFrame(data, json)
}

// Written out: this is made for every event of every stream.
function chunkFrame(data: string, json: Record<string, unknown>): StreamFrame {
  const choices: unknown[] = Array.isArray(json.choices) ? json.choices : []
  const usage = readUsage(json.usage)
  let text = ''
  for (const choice of choices) if (isRecord(choice)) text += producedText(choice.delta)
  const finished = choices.some(isFinished) ? choices.filter(isFinished).map(indexOf) : nothing.finished
  return {
    kind: kindOf({ choices, finished, text, usage }),
    data,
    json,
    model: json.model,
    text,
    finished,
    usage,
    failure: null,
  }
}

type Parts = Pick<StreamFrame, 'finished' | 'text' | 'usage'> & { choices: unknown[] }

function kindOf({ choices, finished, text, usage }: Parts): StreamFrame['kind'] {
  if (finished.length > 0) return 'finish'
  if (text !== '') return 'content'
  return choices.length === 0 && usage !== null ? 'usage' : 'preamble'
}

const indexOf = ({ index }: Record<string, unknown>): number => Number(index ?? 0)
const isFinished = (choice: unknown): choice is Record<string, unknown> =>
  isRecord(choice) && choice.finish_reason != null

const nothing = {
  json: null,
  model: null,
  text: '',
  finished: [] as readonly number[],
  usage: null,
  failure: null,
}

const broken = (data: string): StreamFrame => ({
  ...nothing,
  kind: 'error',
  data,
  failure: failure('malformed'),
})

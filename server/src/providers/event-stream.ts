import { StringDecoder } from 'node:string_decoder'
import { createParser } from 'eventsource-parser'
import { isRecord, parseJson } from './json.ts'
import type { PlainChunks } from './plain-chunks.ts'
import { failure, type StreamFrame, type StreamReader } from './provider.ts'

// One event larger than this is not a model's answer; without a bound it would fill the memory.
const eventCharactersMax = 8 * 1024 * 1024

/** How one vendor's events become frames: most by their likeness to one before, the others parsed. */
export type FrameMaking = {
  plainChunks: PlainChunks
  /** The frame of an event that only parsing can tell. */
  parsedFrame(data: string): StreamFrame
}

/** Reads a stream of server-sent events, cut anywhere, inside a character too. Comments are dropped. */
export function createEventReader({ plainChunks, parsedFrame }: FrameMaking): StreamReader {
  const decoder = new StringDecoder('utf8')
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
      if (error.type === 'max-buffer-size-exceeded') frames.push(brokenFrame(''))
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

/** A frame that says nothing; what an event says is put over it. */
export const emptyFrame = {
  kind: 'preamble',
  event: null,
  json: null,
  model: null,
  text: '',
  finished: [] as readonly number[],
  usage: null,
  failure: null,
} satisfies Omit<StreamFrame, 'data'>

/** The frame of an event that cannot be read. */
export const brokenFrame = (data: string): StreamFrame => ({
  ...emptyFrame,
  kind: 'error',
  data,
  failure: failure('malformed'),
})

/** An event's data as a JSON object; null where it is none. */
export function recordOf(data: string): Record<string, unknown> | null {
  const json = parseJson(data)
  return isRecord(json) ? json : null
}

import { brokenFrame, createEventReader, emptyFrame, recordOf } from '../event-stream.ts'
import { isRecord, textOrNull } from '../json.ts'
import { createPlainChunks, type PlainSpelling } from '../plain-chunks.ts'
import type { StreamFrame, StreamReader } from '../provider.ts'
import { readEmbeddedError } from './errors.ts'
import { producedByBlock, producedByDelta } from './produced.ts'
import { noRawUsage, usageOf, withUsage } from './usage.ts'

type Json = Record<string, unknown>

/** Reads Anthropic's event stream. Each event's `type` says what its name says, so the name itself is not needed. */
export function createStreamReader(): StreamReader {
  let usage = noRawUsage
  const parsedFrame = (data: string): StreamFrame => {
    const json = recordOf(data)
    if (!json) return brokenFrame(data)
    const frame = { ...emptyFrame, event: textOrNull(json.type), data, json, ...saidBy(json) }
    const told = usageIn(json)
    if (!told) return frame
    usage = withUsage(usage, told)
    // At the start an answer's length is a placeholder, which must not stand for one that is never told.
    if (json.type === 'message_start') usage = { ...usage, output: null, thinking: null }
    return { ...frame, usage: usageOf(usage) }
  }
  return createEventReader({ plainChunks: createPlainChunks(spelling), parsedFrame })
}

const spelling: PlainSpelling = {
  fields: ['text', 'thinking'],
  addsOnlyText: ({ type, delta }, text) =>
    type === 'content_block_delta' && isRecord(delta) && (delta.text === text || delta.thinking === text),
}

function usageIn({ type, message, usage }: Json): Json | null {
  const found = type === 'message_start' && isRecord(message) ? message.usage : usage
  return isRecord(found) ? found : null
}

type Said = Partial<Pick<StreamFrame, 'kind' | 'model' | 'text' | 'finished' | 'failure'>>

/** What an event says; one of an unknown type says nothing, and is passed on. */
function saidBy(json: Json): Said {
  switch (json.type) {
    case 'message_start':
      return { model: isRecord(json.message) ? json.message.model : null }
    case 'content_block_start':
      return begun(json.content_block)
    case 'content_block_delta':
      return content(producedByDelta(json.delta))
    case 'message_delta':
      return isRecord(json.delta) && json.delta.stop_reason != null ? { kind: 'finish', finished: [0] } : {}
    case 'message_stop':
      return { kind: 'done' }
    case 'error':
      return { kind: 'error', failure: readEmbeddedError(json) }
    default:
      return {}
  }
}

const content = (text: string): Said => (text === '' ? {} : { kind: 'content', text })

/** A block of text or thoughts begins empty; any other is something by itself. */
function begun(block: unknown): Said {
  const text = producedByBlock(block)
  const isOpen = !isRecord(block) || block.type === 'text' || block.type === 'thinking'
  return isOpen ? content(text) : { kind: 'content', text }
}

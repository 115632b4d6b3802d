import { brokenFrame, createEventReader, emptyFrame, recordOf } from '../event-stream.ts'
import { isRecord, textOf } from '../json.ts'
import { createPlainChunks, type PlainSpelling } from '../plain-chunks.ts'
import type { StreamFrame, StreamReader } from '../provider.ts'
import { readEmbeddedError } from './errors.ts'
import { producedText } from './produced.ts'
import { readUsage } from './usage.ts'

/** Reads OpenAI's event stream. */
export const createStreamReader = (): StreamReader =>
  createEventReader({ plainChunks: createPlainChunks(spelling), parsedFrame })

const spelling: PlainSpelling = {
  fields: ['content'],
  addsOnlyText({ choices }, text) {
    if (!Array.isArray(choices)) return false
    const [choice, ...others] = choices
    return others.length === 0 && choice.delta.content === text
  },
}

function parsedFrame(data: string): StreamFrame {
  if (data === '[DONE]') return { ...emptyFrame, kind: 'done', data }
  const json = recordOf(data)
  if (!json) return brokenFrame(data)
  if (json.error) return { ...emptyFrame, kind: 'error', data, json, failure: readEmbeddedError(json) }
  return chunkFrame(data, json)
}

// Written out: this is made for every event of every stream.
function chunkFrame(data: string, json: Record<string, unknown>): StreamFrame {
  const choices: unknown[] = Array.isArray(json.choices) ? json.choices : []
  const usage = readUsage(json.usage)
  let text = ''
  for (const choice of choices) if (isRecord(choice)) text += producedText(choice.delta)
  const finished = choices.some(isFinished) ? choices.filter(isFinished).map(indexOf) : emptyFrame.finished
  return {
    kind: kindOf({ choices, finished, text, usage }),
    event: null,
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
  if (text !== '' || choices.some(hasMore)) return 'content'
  return choices.length === 0 && usage !== null ? 'usage' : 'preamble'
}

/** Whether a choice says what is no text, as sound or a picture; a role and empty fields say nothing. */
const hasMore = (choice: unknown): boolean =>
  isRecord(choice) &&
  isRecord(choice.delta) &&
  Object.entries(choice.delta).some(([name, value]) => name !== 'role' && isFilled(value))

const isFilled = (value: unknown): boolean =>
  typeof value === 'object' && value !== null ? Object.keys(value).length > 0 : textOf(value) !== ''

const indexOf = ({ index }: Record<string, unknown>): number => Number(index ?? 0)
const isFinished = (choice: unknown): choice is Record<string, unknown> =>
  isRecord(choice) && choice.finish_reason != null

// The tools that answers called: kept to be looked at, so within bounds.
import { ChatToolCall } from '@portal/contract'
import type { Exchange } from '../gateway/index.ts'
import { upstreamToolId } from '../neutral/index.ts'
import { storable } from './storable.ts'

const callsMax = 100
const nameLengthMax = 200
/** Of arguments and of a result, in UTF-16 code units. */
const lengthMax = 65_536
const cutMark = '\n… (cut)'

/** The calls of a row of `chat_messages`. */
export const toolCallsOf = (column: unknown): ChatToolCall[] => ChatToolCall.array().parse(column)

/** The calls of an answer, with those that it makes now behind those that it made: the first hundred. */
export const withCalls = (made: readonly ChatToolCall[], calls: Exchange['calls']): ChatToolCall[] => [
  ...made,
  ...calls.slice(0, callsMax - made.length).map((call) => ({
    id: bounded(call.id),
    name: storable(call.name).slice(0, nameLengthMax),
    arguments: bounded(call.arguments),
    result: null,
    isError: false,
  })),
]

/** The calls with what they returned; null where no result is of any of them. */
export function withResults(
  made: readonly ChatToolCall[],
  results: Exchange['results'],
): ChatToolCall[] | null {
  const calls = [...made]
  let isAny = false
  for (const { callId, content, isError } of results) {
    const at = placeOf(calls, callId)
    const call = calls[at]
    if (!call) continue
    calls[at] = { ...call, result: bounded(content), isError }
    isAny = true
  }
  return isAny ? calls : null
}

/** Some servers give the calls of every turn the same ids: the last one that waits is meant. */
function placeOf(calls: readonly ChatToolCall[], callId: string): number {
  // Clients of different dialects are told different ids of one call.
  const id = upstreamToolId(bounded(callId))
  const isMeant = (call: ChatToolCall): boolean => upstreamToolId(call.id) === id
  const waiting = calls.findLastIndex((call) => call.result === null && isMeant(call))
  return waiting >= 0 ? waiting : calls.findLastIndex(isMeant)
}

function bounded(text: string): string {
  const whole = storable(text)
  return whole.length <= lengthMax ? whole : `${whole.slice(0, lengthMax).toWellFormed()}${cutMark}`
}

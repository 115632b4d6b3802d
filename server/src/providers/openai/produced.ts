import { isRecord, textOf } from '../json.ts'
import { readSaid } from './said.ts'

/** Everything a message or delta makes the customer pay for, as one text: content, reasoning, refusals, tool calls. */
export function producedText(message: unknown): string {
  if (!isRecord(message)) return ''
  const { text, reasoning, refusal } = readSaid(message)
  return text + reasoning + refusal + toolText(message.tool_calls) + calledText(message.function_call)
}

const toolText = (calls: unknown): string =>
  Array.isArray(calls) ? calls.map((call) => (isRecord(call) ? calledText(call.function) : '')).join('') : ''

const calledText = (called: unknown): string =>
  isRecord(called) ? textOf(called.name) + textOf(called.arguments) : ''

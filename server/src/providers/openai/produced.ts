import { isRecord, textOf } from '../json.ts'

/** Everything a message or delta makes the customer pay for, as one text: content, reasoning, refusals, tool calls. */
export function producedText(message: unknown): string {
  if (!isRecord(message)) return ''
  const texts = [message.content, message.reasoning_content, message.reasoning, message.refusal]
  return texts.map(textOf).join('') + toolText(message.tool_calls)
}

function toolText(calls: unknown): string {
  if (!Array.isArray(calls)) return ''
  const called = calls.map((call) => (isRecord(call) ? call.function : null)).filter(isRecord)
  return called.map((one) => textOf(one.name) + textOf(one.arguments)).join('')
}

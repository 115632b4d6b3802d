import { isRecord, textOf } from '../json.ts'

/** Everything a content block makes the customer pay for, as one text: visible text, thoughts, tool calls. */
export function producedByBlock(block: unknown): string {
  if (!isRecord(block)) return ''
  return textOf(block.text) + textOf(block.thinking) + textOf(block.name) + inputText(block.input)
}

/** The same of one piece of a block. */
export function producedByDelta(delta: unknown): string {
  if (!isRecord(delta)) return ''
  return textOf(delta.text) + textOf(delta.thinking) + textOf(delta.partial_json)
}

/** A tool call's input as JSON; nothing where a stream begins it, for its pieces follow. */
export const inputText = (input: unknown): string =>
  isRecord(input) && Object.keys(input).length > 0 ? JSON.stringify(input) : ''

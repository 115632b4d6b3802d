import { isRecord } from '../lossless.ts'
import { contentsOf, nestedBlocks } from './blocks.ts'

/** Every text of a request that a model reads, for counting: instructions, messages, calls and their results, tools. */
export function promptTexts(body: Record<string, unknown>): string[] {
  const roles = (body.messages as Record<string, unknown>[]).map(({ role }) => String(role))
  const blocks = contentsOf(body).flatMap((content) => [...nestedBlocks(content)])
  const format = isRecord(body.output_config) ? body.output_config.format : null
  const rest = [body.tools, format].filter((part) => part != null).map((part) => JSON.stringify(part))
  return [...roles, ...blocks.flatMap(({ block }) => textsOf(block)), ...rest]
}

function textsOf({ text, thinking, title, name, input, source }: Record<string, unknown>): string[] {
  const data = isRecord(source) && source.type === 'text' ? source.data : null
  const call = input === undefined ? null : JSON.stringify(input)
  return [text, thinking, title, name, call, data].filter((one): one is string => typeof one === 'string')
}

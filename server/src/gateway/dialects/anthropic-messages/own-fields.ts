import { isRecord } from '../lossless.ts'
import { contentsOf, nestedBlocks } from './blocks.ts'

type Fields = Record<string, unknown>

const understood = new Set([
  ...['model', 'max_tokens', 'messages', 'system', 'stream', 'session_id', 'temperature', 'top_p'],
  ...['stop_sequences', 'tools', 'tool_choice', 'thinking', 'output_config', 'output_format', 'metadata'],
])
const understoodOfTools = new Set([
  ...['type', 'name', 'description', 'input_schema', 'strict', 'cache_control'],
])
const understoodOfOutput = new Set(['effort', 'format'])
const understoodThinking = new Set(['enabled', 'disabled'])

/** What a body says to Anthropic's servers only: left out elsewhere, and disclosed. */
export function ownFieldsOf(body: Fields, headers: Readonly<Record<string, string>>): string[] {
  return [
    ...others(body, understood),
    ...thinkingOf(body),
    ...(isRecord(body.output_config)
      ? others(body.output_config, understoodOfOutput).map((name) => `output_config.${name}`)
      : []),
    ...toolFields(body),
    ...blockFields(body),
    ...(headers['anthropic-beta'] ? ['anthropic-beta'] : []),
  ]
}

const others = (fields: Fields, known: ReadonlySet<string>): string[] =>
  Object.keys(fields).filter((name) => !known.has(name) && fields[name] != null)

function thinkingOf({ thinking }: Fields): string[] {
  return isRecord(thinking) && !understoodThinking.has(String(thinking.type)) ? ['thinking'] : []
}

function toolFields({ tools }: Fields): string[] {
  const names = ((tools as Fields[] | null | undefined) ?? []).flatMap((tool) =>
    others(tool, understoodOfTools),
  )
  return [...new Set(names)].map((name) => `tools[].${name}`)
}

/** Of documents: to have them cited, and what they are about. */
function blockFields(body: Fields): string[] {
  const names = new Set<string>()
  for (const content of contentsOf(body)) {
    for (const { block } of nestedBlocks(content)) {
      if (isRecord(block.citations) && block.citations.enabled === true) names.add('citations')
      if (block.type === 'document' && block.context != null) names.add('context')
    }
  }
  return [...names].map((name) => `messages[].content[].${name}`)
}

import type {
  AssistantBlock,
  DocumentBlock,
  ImageBlock,
  TextBlock,
  ToolResultBlock,
  UserBlock,
} from '../../../neutral/index.ts'
import { textBlock } from '../conversation.ts'
import { fault } from '../faults.ts'
import { isRecord } from '../lossless.ts'
import { type BlockAt, blocksOf } from './blocks.ts'

type Fields = Record<string, unknown>

/** A mark that a prompt may be cached up to here, as it was spelled. */
export const cacheOf = ({ cache_control: cache }: Fields) => (isRecord(cache) ? { cache } : {})

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

function saidBlock({ block, param }: BlockAt): TextBlock[] {
  if (typeof block.text !== 'string') throw fault(`${param}.text`, 'Send the text as a string.')
  return textBlock(block.text, cacheOf(block).cache)
}

/** Instructions: texts only. */
export const textBlocks = (content: Fields, param: string): TextBlock[] =>
  blocksOf(content, param).flatMap(({ block, param: at }) => {
    if (block.type === 'text') return saidBlock({ block, param: at })
    throw fault(at, `Instructions are of the type "text"; you sent ${named(block)}.`)
  })

const named = ({ type }: Fields): string => `one of the type ${JSON.stringify(type)?.slice(0, 60)}`

/** What a user's message holds. */
export const userBlocks = (message: Fields, param: string): UserBlock[] =>
  blocksOf(message, param).flatMap((one): UserBlock[] => {
    if (one.block.type === 'tool_result') return [toolResult(one)]
    const shown = shownBlocks(one)
    if (shown) return shown
    throw notTaken(one)
  })

const notTaken = ({ block, param }: BlockAt) =>
  fault(param, `This model takes texts, images, documents, and what tools return; you sent ${named(block)}.`)

/** What a person or a tool shows a model; null for a block of another kind. */
function shownBlocks(one: BlockAt): (TextBlock | ImageBlock | DocumentBlock)[] | null {
  const { block } = one
  switch (block.type) {
    case 'text':
      return saidBlock(one)
    case 'image':
      return [imageBlock(one)]
    case 'document':
      return documentBlocks(one)
    case 'search_result':
      return searchResult(one)
    default:
      return null
  }
}

function imageBlock({ block, param }: BlockAt): ImageBlock {
  const { media_type: mediaType, data } = isRecord(block.source) ? block.source : {}
  if (typeof mediaType !== 'string' || typeof data !== 'string') {
    throw fault(`${param}.source`, 'An image is {"type": "base64", "media_type", "data"}.')
  }
  return { type: 'image', mediaType, base64: data, ...cacheOf(block) }
}

function documentBlocks({ block, param }: BlockAt): (TextBlock | ImageBlock | DocumentBlock)[] {
  const source = isRecord(block.source) ? block.source : {}
  const { type, media_type: mediaType, data } = source
  // Written by the client in parts of its own: what the parts show is all there is to it.
  if (type === 'content') {
    const parts = blocksOf(source, `${param}.source`).flatMap(
      (one) => shownBlocks(one) ?? otherBlock(one.block),
    )
    return marked(block, [...textBlock(textOf(block.title)), ...parts])
  }
  if (typeof mediaType !== 'string' || typeof data !== 'string') {
    throw fault(`${param}.source`, 'A document is {"type": "base64" or "text", "media_type", "data"}.')
  }
  const title = typeof block.title === 'string' ? block.title : null
  return [{ type: 'document', mediaType, data, title, ...cacheOf(block) }]
}

/** A mark on what is in parts is one on its end. */
function marked<T extends TextBlock | ImageBlock | DocumentBlock>(block: Fields, parts: T[]): T[] {
  const last = parts.at(-1)
  return last ? [...parts.slice(0, -1), { ...last, ...cacheOf(block) }] : parts
}

/** Its text, and where that is from. */
function searchResult({ block, param }: BlockAt): TextBlock[] {
  const texts = blocksOf(block, param).map(({ block: { text } }) => textOf(text))
  return textBlock([textOf(block.title), textOf(block.source), ...texts].join('\n'), cacheOf(block).cache)
}

function toolResult({ block, param }: BlockAt): ToolResultBlock {
  const { tool_use_id: callId } = block
  if (typeof callId !== 'string')
    throw fault(`${param}.tool_use_id`, 'Name the call that this is the result of.')
  return {
    type: 'tool-result',
    callId,
    content: blocksOf(block, param).flatMap((one) => shownBlocks(one) ?? otherBlock(one.block)),
    isError: block.is_error === true,
    ...cacheOf(block),
  }
}

/** Of what a model does not know it gets the words: a call without a result would be an error to its server. */
const otherBlock = (block: Fields): TextBlock[] =>
  textBlock(block.type === 'tool_reference' ? `Tool: ${textOf(block.tool_name)}` : JSON.stringify(block))

/** What a model said, thought and called. */
export const assistantBlocks = (message: Fields, param: string): AssistantBlock[] =>
  blocksOf(message, param).flatMap(assistantBlock)

function assistantBlock({ block, param }: BlockAt): AssistantBlock[] {
  switch (block.type) {
    case 'text':
      return saidBlock({ block, param })
    case 'thinking':
      return [{ type: 'reasoning', text: textOf(block.thinking), signature: textOf(block.signature) || null }]
    case 'redacted_thinking':
      return [{ type: 'redacted-reasoning', data: textOf(block.data) }]
    case 'tool_use':
      return [toolCall(block, param)]
    default:
      throw fault(param, `This model cannot be given back ${named(block)}: only Anthropic’s servers know it.`)
  }
}

function toolCall(block: Fields, param: string): AssistantBlock {
  const { id, name, input, toolset_name: toolset } = block
  if (toolset != null) throw fault(param, 'Calls of Anthropic’s own toolsets are not taken by this model.')
  if (typeof id !== 'string' || typeof name !== 'string' || !isRecord(input ?? {})) {
    throw fault(param, 'A call is {"type": "tool_use", "id", "name", "input": {…}}.')
  }
  return { type: 'tool-call', id, name, input: JSON.stringify(input ?? {}), ...cacheOf(block) }
}

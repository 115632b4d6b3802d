import type { AssistantBlock, DocumentBlock, ImageBlock, TextBlock } from '../../neutral/index.ts'
import { invalid } from './invalid.ts'

export type Json = Record<string, unknown>

type Cache = { cache?: Record<string, unknown> }

/** A mark that a prompt may be cached up to here, as the client spelled it. */
export const markOf = ({ cache }: Cache): Json => (cache ? { cache_control: cache } : {})

/** Anthropic refuses a text of nothing but white space. */
export const isBlank = ({ text }: { text: string }): boolean => text.trim() === ''

export const textBlock = ({ text, cache }: Omit<TextBlock, 'type'>): Json => ({
  type: 'text',
  text,
  ...(cache && markOf({ cache })),
})

/**
 * Texts, pictures and documents; blank texts are left out.
 * @throws AppError invalid_request for a kind of picture or document that Anthropic does not take
 */
export function contentBlocks(
  blocks: readonly (TextBlock | ImageBlock | DocumentBlock)[],
  at: string,
): Json[] {
  return blocks.flatMap((block) => {
    if (block.type === 'text') return isBlank(block) ? [] : [textBlock(block)]
    return [block.type === 'image' ? imageBlock(block, at) : documentBlock(block, at)]
  })
}

const imageTypes = ['image/jpeg', 'image/png', 'image/gif', 'image/webp']

function imageBlock(image: ImageBlock, at: string): Json {
  // Many clients call it by its file's ending.
  const mediaType = image.mediaType === 'image/jpg' ? 'image/jpeg' : image.mediaType
  if (!imageTypes.includes(mediaType))
    throw invalid(at, `This model takes no ${mediaType}. Send one of ${imageTypes.join(', ')}.`)
  return {
    type: 'image',
    source: { type: 'base64', media_type: mediaType, data: image.base64 },
    ...markOf(image),
  }
}

function documentBlock(document: DocumentBlock, at: string): Json {
  const { mediaType, data, title } = document
  return {
    type: 'document',
    source: documentSource(mediaType, data, at),
    ...(title && { title }),
    ...markOf(document),
  }
}

function documentSource(mediaType: string, data: string, at: string): Json {
  if (mediaType === 'application/pdf') return { type: 'base64', media_type: mediaType, data }
  if (mediaType !== 'text/plain')
    throw invalid(at, `This model takes no ${mediaType}. Send the document as application/pdf or text/plain.`)
  if (data.trim() === '') throw invalid(at, 'The document is empty. Leave it out.')
  return { type: 'text', media_type: mediaType, data }
}

/** Thoughts that their model takes back, as it gave them; those without a signature are nobody's. */
export function thoughtBlocks(blocks: readonly AssistantBlock[]): Json[] {
  return blocks.flatMap((block): Json[] => {
    if (block.type === 'redacted-reasoning') return [{ type: 'redacted_thinking', data: block.data }]
    if (block.type !== 'reasoning' || !block.signature) return []
    return [{ type: 'thinking', thinking: block.text, signature: block.signature }]
  })
}

/** What an assistant said, refusals too; blank texts are left out. */
export function spokenBlocks(blocks: readonly AssistantBlock[]): Json[] {
  const texts = blocks.filter((block) => block.type === 'text' || block.type === 'refusal')
  return texts.filter((block) => !isBlank(block)).map(textBlock)
}

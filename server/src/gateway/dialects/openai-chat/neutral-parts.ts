import type { DocumentBlock, ImageBlock, TextBlock, UserBlock } from '../../../neutral/index.ts'
import { textBlock } from '../conversation.ts'
import { readDataUrl } from '../data-url.ts'
import { fault } from '../faults.ts'
import { isRecord } from '../lossless.ts'

type Part = Record<string, unknown>
type Cacheable = { cache?: Record<string, unknown> }

/** A mark of a message, part or tool that a prompt may be cached up to there, as it was spelled. */
export const cacheOf = ({ cache_control: cache }: Part): Cacheable => (isRecord(cache) ? { cache } : {})

/** What a user's message shows: texts, images and documents. */
export const userBlocks = (message: Part, param: string): (TextBlock | ImageBlock | DocumentBlock)[] =>
  marked(
    message,
    partsOf(message, param).flatMap((part) => userBlock(part.value, part.param)),
  )

/** The same where there may be texts only: instructions, and what is given back of a model's own words. */
export const textBlocks = (message: Part, param: string): TextBlock[] =>
  marked(
    message,
    partsOf(message, param).flatMap(({ value, param: at }) => textOnly(value, at)),
  )

/** A mark on a message is one on its end. */
function marked<T extends UserBlock>(message: Part, blocks: T[]): T[] {
  const last = blocks.at(-1)
  return last ? [...blocks.slice(0, -1), { ...last, ...cacheOf(message) }] : blocks
}

/** The parts of a message's content; a text is one part. */
export function partsOf({ content }: Part, param: string): { value: Part; param: string }[] {
  if (content == null) return []
  if (typeof content === 'string') return [{ value: { type: 'text', text: content }, param }]
  return (content as Part[]).map((value, i) => ({ value, param: `${param}.content[${i}]` }))
}

function textOnly(part: Part, param: string): TextBlock[] {
  if (part.type === 'text' && typeof part.text === 'string') return textBlock(part.text, cacheOf(part).cache)
  throw fault(param, `Only parts of the type "text" can stand here for this model; you sent ${named(part)}.`)
}

function userBlock(part: Part, param: string): (TextBlock | ImageBlock | DocumentBlock)[] {
  if (isRecord(part.image_url)) return [dataBlock(part.image_url.url, `${param}.image_url.url`, part)]
  if (part.image_url != null) return [dataBlock(part.image_url, `${param}.image_url`, part)]
  if (part.type === 'file' && isRecord(part.file)) return [fileBlock(part.file, `${param}.file`, part)]
  if (part.type === 'text') return textOnly(part, param)
  throw fault(param, `This model takes text, images and documents; you sent ${named(part)}.`)
}

const named = ({ type }: Part): string => `one of the type ${JSON.stringify(type)?.slice(0, 60)}`

function fileBlock(file: Part, param: string, part: Part): ImageBlock | DocumentBlock {
  const { file_data: data, filename } = file
  if (typeof data !== 'string') {
    throw fault(
      param,
      'Send the file itself in file_data: files that were uploaded elsewhere cannot be read.',
    )
  }
  const url = data.startsWith('data:') ? data : `data:application/pdf;base64,${data}`
  const block = dataBlock(url, `${param}.file_data`, part)
  return block.type === 'document' && typeof filename === 'string' ? { ...block, title: filename } : block
}

function dataBlock(url: unknown, param: string, part: Part): ImageBlock | DocumentBlock {
  const data = typeof url === 'string' ? readDataUrl(url) : null
  if (!data) throw fault(param, 'Send the data as "data:<type>;base64,<data>".')
  const { mediaType, base64 } = data
  if (mediaType.startsWith('image/')) return { type: 'image', mediaType, base64, ...cacheOf(part) }
  const document = { type: 'document', mediaType, title: null, ...cacheOf(part) } as const
  if (mediaType === 'application/pdf') return { ...document, data: base64 }
  if (mediaType === 'text/plain') return { ...document, data: Buffer.from(base64, 'base64').toString('utf8') }
  throw fault(param, `This model takes images, PDF and plain text; you sent ${JSON.stringify(mediaType)}.`)
}

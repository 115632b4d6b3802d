import { AppError } from '../../../errors.ts'
import { fault } from '../faults.ts'
import { isRecord } from '../lossless.ts'
import { addData, type Media, noMedia } from '../media-cost.ts'
import { type BlockAt, contentsOf, nestedBlocks } from './blocks.ts'

type Body = Record<string, unknown>

/**
 * Counts what is to be looked at. Only what is in the request itself is taken: an address that a user gives is never
 * fetched, and a file that was uploaded elsewhere is nobody's here.
 * @throws AppError invalid_request, unsupported_image_url
 */
export function checkMedia(body: Body): Media {
  const media = noMedia()
  for (const content of contentsOf(body)) {
    for (const block of nestedBlocks(content)) {
      const data = dataOf(block)
      if (data === null) continue
      media.characters += data.base64.length
      addData(media, data)
    }
  }
  return media
}

/** What a block holds to be looked at; null where it holds nothing such. */
function dataOf({ block, param }: BlockAt): { mediaType: string; base64: string } | null {
  if (block.file_id != null && !isMadeByTool(block)) throw fileFault(`${param}.file_id`)
  const { source } = block
  if (!isRecord(source)) return null
  const at = `${param}.source`
  if (source.type === 'url' || 'url' in source) {
    throw new AppError('unsupported_image_url', {
      message: `${at}: Addresses are not fetched here. ${inItself}`,
      param: `${at}.url`,
    })
  }
  if (source.type === 'file' || 'file_id' in source) throw fileFault(at)
  if (source.type === 'text' || source.type === 'content') return null
  if (source.type === 'base64' && typeof source.data === 'string') {
    return { mediaType: String(source.media_type).toLowerCase(), base64: source.data }
  }
  throw fault(at, inItself)
}

/** A file that Anthropic's own tools wrote, as their results name it: given back, it is not read. */
const isMadeByTool = ({ type }: Body): boolean =>
  type === 'code_execution_output' || type === 'bash_code_execution_output'

const inItself = 'Send the data itself: {"type": "base64", "media_type", "data"}.'

const fileFault = (param: string): AppError =>
  fault(param, 'Uploaded files are not kept here. Send the data itself, in base64.')

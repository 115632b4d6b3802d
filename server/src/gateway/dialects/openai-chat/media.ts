import type { ChatCompletionBody } from '@portal/contract'
import { AppError } from '../../../errors.ts'
import { isRecord } from '../lossless.ts'
import type { Media } from '../media-cost.ts'

/** Whether a part's field holds an address: servers differ in the parts they know, not in what they call it. */
const isAddress = (name: string, value: unknown): boolean =>
  /(^|_)ur[il]$/.test(name) || (name === 'source' && isRecord(value) && 'url' in value)

/**
 * Counts what is to be looked at. Only data URLs are taken, in a part of any type: an address that a user gives is
 * never fetched, neither by us nor by a model server inside our network.
 * @throws AppError invalid_request, unsupported_image_url
 */
export function checkMedia(messages: ChatCompletionBody['messages']): Media {
  const media = { count: 0, characters: 0 }
  for (const { value, param } of addressesIn(messages)) {
    media.characters += checkAddress(value, param)
    media.count += 1
  }
  return media
}

type Address = { value: unknown; param: string }

function* addressesIn(messages: ChatCompletionBody['messages']): Iterable<Address> {
  for (const [i, { content }] of messages.entries()) {
    if (!Array.isArray(content)) continue
    for (const [j, part] of content.entries()) {
      const param = `messages[${i}].content[${j}]`
      const fields = Object.entries(part).filter(([name, value]) => isAddress(name, value))
      for (const [name, value] of fields) yield { value, param: `${param}.${name}` }
      if (isRecord(part.file)) yield* addressesOfFile(part.file, `${param}.file`)
    }
  }
}

/** A file's data is base64, as a data URL or bare; some servers would fetch an address in its place. */
function* addressesOfFile(file: Record<string, unknown>, param: string): Iterable<Address> {
  for (const [name, value] of Object.entries(file)) {
    const isData = name === 'file_data' && typeof value === 'string'
    if (isAddress(name, value)) yield { value, param: `${param}.${name}` }
    else if (isData)
      yield {
        value: /^[\w+/]*=*$/.test(value) ? `data:application/pdf,${value}` : value,
        param: `${param}.${name}`,
      }
  }
}

const taken = /^data:(?:(?:image|video|audio)\/[\w.+-]+|application\/pdf|text\/plain)[;,]/

/** The length of the data URL that a field holds, directly or as its `url`. */
function checkAddress(value: unknown, param: string): number {
  const url = isRecord(value) && 'url' in value ? value.url : value
  if (typeof url !== 'string') {
    throw new AppError('invalid_request', {
      message: `${param}: Give the image as {"url": "data:image/…"}.`,
      param,
    })
  }
  if (!taken.test(url)) throw new AppError('unsupported_image_url', { param })
  return url.length
}

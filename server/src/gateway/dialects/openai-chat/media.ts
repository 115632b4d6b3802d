import type { ChatCompletionBody } from '@portal/contract'
import { AppError } from '../../../errors.ts'

/** The images and films of a request, and the characters their data takes. */
export type Media = { count: number; characters: number }

/** Whether a part's field holds an address: servers differ in the parts they know, not in what they call it. */
const isAddress = (name: string, value: unknown): boolean =>
  /(^|_)ur[il]$/.test(name) ||
  (name === 'source' && typeof value === 'object' && value !== null && 'url' in value)

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

function* addressesIn(messages: ChatCompletionBody['messages']): Iterable<{ value: unknown; param: string }> {
  for (const [i, { content }] of messages.entries()) {
    if (!Array.isArray(content)) continue
    for (const [j, part] of content.entries()) {
      const fields = Object.entries(part).filter(([name, value]) => isAddress(name, value))
      for (const [name, value] of fields) yield { value, param: `messages[${i}].content[${j}].${name}` }
    }
  }
}

/** The length of the data URL that a field holds, directly or as its `url`. */
function checkAddress(value: unknown, param: string): number {
  const url = typeof value === 'object' && value !== null && 'url' in value ? value.url : value
  if (typeof url !== 'string') {
    throw new AppError('invalid_request', {
      message: `${param}: Give the image as {"url": "data:image/…"}.`,
      param,
    })
  }
  if (!/^data:(image|video|audio)\/[\w.+-]+[;,]/.test(url))
    throw new AppError('unsupported_image_url', { param })
  return url.length
}

import type { ChatCompletionBody } from '@portal/contract'
import { AppError } from '../../../errors.ts'
import { readDataUrl } from '../data-url.ts'
import { fault } from '../faults.ts'
import { isRecord } from '../lossless.ts'
import { addData, type Media, noMedia } from '../media-cost.ts'

/**
 * Counts what is to be looked at. Only data URLs are taken, in a part of any type and any depth: an address that a
 * user gives is never fetched, neither by us nor by a model server inside our network.
 * @throws AppError invalid_request, unsupported_image_url
 */
export function checkMedia(messages: ChatCompletionBody['messages']): Media {
  const media = noMedia()
  for (const { part, param } of partsOf(messages)) {
    for (const field of fieldsOf(part, param)) {
      const url = urlOf(field)
      if (url === null) continue
      media.characters += String(field.value).length
      addData(media, readDataUrl(url) ?? bare(url))
    }
  }
  return media
}

const partsOf = (messages: ChatCompletionBody['messages']) =>
  messages.flatMap(({ content }, i) =>
    Array.isArray(content) ? content.map((part, j) => ({ part, param: `messages[${i}].content[${j}]` })) : [],
  )

type Field = { name: string; value: unknown; param: string }

/** Whether a field holds an address: servers differ in the parts they know, not in what they call it. */
const isAddress = (name: string): boolean => /(^|_)ur[il]$/.test(name)

/** Every field of a part and of what is in it. Not by recursion: a body may be deeper than the stack. */
function* fieldsOf(part: { type: string }, at: string): Iterable<Field> {
  const left = [...childrenOf({ name: '', value: part, param: at })]
  for (let field = left.pop(); field; field = left.pop()) {
    // What is not said, as some clients write it.
    if (field.value === null && field.name !== part.type) continue
    yield field
    for (const child of childrenOf(field)) left.push(child)
  }
}

function childrenOf({ name, value, param }: Field): Field[] {
  if (Array.isArray(value)) return value.map((one, i) => ({ name, value: one, param: `${param}[${i}]` }))
  if (!isRecord(value)) return []
  return Object.entries(value).map(([child, one]) => ({
    name: child,
    value: one,
    param: isAddress(name) && child === 'url' ? param : `${param}.${child}`,
  }))
}

/** What the model reads as it stands. */
const words = new Set(['text', 'refusal', 'thinking'])
const anyUrl = /^\s*(?:[a-z][a-z0-9+.-]{0,40}:\/\/|data:)/i
const taken = /^data:(?:(?:image|video|audio)\/[\w.+-]+|application\/pdf|text\/plain)[;,]/

/** The data URL that a field holds; null where it holds none. */
function urlOf(field: Field): string | null {
  const { name, value, param } = field
  if (name === 'file_id' && value !== null) {
    throw fault(param, 'Uploaded files are not kept here. Send the data itself, in base64.')
  }
  if (typeof value !== 'string') {
    checkNested(field)
    return null
  }
  if (taken.test(value)) return value
  // A file's data may be bare; some servers would fetch an address in its place.
  if (name === 'file_data' && !/[^\w+/=]/.test(value)) return `data:application/pdf;base64,${value}`
  const mustBeData = isAddress(name) || name === 'file_data'
  if (mustBeData || (!words.has(name) && anyUrl.test(value))) {
    throw new AppError('unsupported_image_url', { param })
  }
  return null
}

/** What stands for an address has one, or is a list of such. */
function checkNested({ name, value, param }: Field): void {
  if (!isAddress(name) || Array.isArray(value) || (isRecord(value) && 'url' in value)) return
  throw fault(param, 'Give the image as {"url": "data:image/…"}.')
}

/** What is not in base64: as much as it would be, if it were. */
function bare(url: string): { mediaType: string; base64: string } {
  const comma = url.indexOf(',')
  const [mediaType = ''] = url.slice('data:'.length, Math.max(comma, 0)).split(';')
  return { mediaType, base64: Buffer.from(url.slice(comma + 1)).toString('base64') }
}

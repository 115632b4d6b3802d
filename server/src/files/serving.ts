import type { IncomingHttpHeaders } from 'node:http'
import { Readable } from 'node:stream'
import { AppError } from '../errors.ts'
import { attachmentHeader } from '../http/index.ts'
import type { ByteRange, ObjectStore } from '../storage/index.ts'

type Served = { key: string; name: string; mediaType: string; size: number | null }
/** What of a request's headers decides. */
export type Asked = Pick<IncomingHttpHeaders, 'range' | 'if-none-match'>

// No script, no form, no plug-in, no other origin, whatever it holds and whoever opens it.
const sandboxed = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; media-src 'self'"

/**
 * An object as an answer: never as a page, and for its owner's own cache alone, which asks again before it is shown.
 * @throws AppError not_found where its bytes are gone
 */
export async function serve(
  objects: ObjectStore,
  { key, name, mediaType, size }: Served,
  asked: Asked,
): Promise<Response> {
  // It is written once and never changed: its name says all.
  const kept = { etag: `"${key}"`, 'cache-control': 'private, no-cache' }
  if (asked['if-none-match']?.includes(kept.etag)) return new Response(null, { status: 304, headers: kept })
  const range = size === null ? null : rangeOf(asked.range, size)
  if (range === 'unsatisfiable') return new Response(null, { status: 416, headers: contentRange('*', size) })
  const bytes = await objects.open(key, range ?? undefined)
  if (!bytes) throw new AppError('not_found', { message: 'The bytes of this file are gone.' })
  const length = range ? range.last - range.first + 1 : size
  return new Response(Readable.toWeb(bytes) as ReadableStream<Uint8Array>, {
    status: range ? 206 : 200,
    headers: {
      'content-type': mediaType,
      'content-disposition': attachmentHeader(name),
      'content-security-policy': sandboxed,
      'cross-origin-resource-policy': 'same-origin',
      ...kept,
      ...(length !== null && { 'content-length': String(length) }),
      ...(size !== null && { 'accept-ranges': 'bytes' }),
      ...(range && contentRange(`${range.first}-${range.last}`, size)),
    },
  })
}

const contentRange = (range: string, size: number | null) => ({ 'content-range': `bytes ${range}/${size}` })

/** One range of RFC 9110 §14.1.2; null where all is meant, several ranges included. */
function rangeOf(header: string | undefined, size: number): ByteRange | 'unsatisfiable' | null {
  const [, from = '', to = ''] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? '') ?? []
  const isBackwards = from !== '' && to !== '' && Number(from) > Number(to)
  if ((from === '' && to === '') || isBackwards) return null
  const first = from === '' ? Math.max(0, size - Number(to)) : Number(from)
  const last = from === '' || to === '' ? size - 1 : Math.min(Number(to), size - 1)
  return first > last ? 'unsatisfiable' : { first, last }
}

// From events to bytes: server-sent events, and the pieces in which they are written.
import type { Wire } from './behaviour.ts'
import type { Frame } from './dialect.ts'

/** One event as text, with what the wire puts before it. */
export function eventText({ event, data }: Frame, wire: Wire): string {
  const { eol = '\n' } = wire
  const line = (field: string, value: string) => `${field}:${wire.space === false ? '' : ' '}${value}${eol}`
  const comment = wire.comments ? `: keepalive${eol}${eol}` : ''
  const name = event === null ? '' : line('event', event)
  if (!wire.multiline || !data.startsWith('{')) return `${comment}${name}${line('data', data)}${eol}`
  const lines = JSON.stringify(JSON.parse(data), null, 1).split('\n')
  return `${comment}${name}${lines.map((part) => line('data', part)).join('')}${eol}`
}

/** The pieces to write one by one: cut where the wire says, else `together` units in one piece. */
export function piecesOf(units: readonly Buffer[], wire: Wire): Buffer[] {
  if (wire.cut !== undefined) {
    const bytes = Buffer.concat(units)
    return cutAt(bytes, cutsOf(bytes, wire.cut))
  }
  const { together = 1 } = wire
  return Array.from({ length: Math.ceil(units.length / together) }, (_, index) =>
    Buffer.concat(units.slice(index * together, (index + 1) * together)),
  )
}

/** Pieces of at most `size` bytes. */
export function slicesOf(bytes: Buffer, size: number): Buffer[] {
  return cutAt(
    bytes,
    Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) => index * size),
  )
}

function cutsOf(bytes: Buffer, cut: NonNullable<Wire['cut']>): number[] {
  if (cut === 'every-byte') return Array.from(bytes, (_, at) => at)
  // 0xC0 and above start a character of several bytes.
  if (cut === 'inside-characters')
    return Array.from(bytes.entries()).flatMap(([at, byte]) => (byte >= 0xc0 ? [at + 1] : []))
  return [...cut].sort((one, other) => one - other)
}

function cutAt(bytes: Buffer, offsets: readonly number[]): Buffer[] {
  const bounds = [0, ...offsets, bytes.length]
  return bounds
    .map((start, index) => bytes.subarray(start, bounds[index + 1] ?? bytes.length))
    .filter((piece) => piece.length > 0)
}

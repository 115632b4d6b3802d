import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readImage } from './image.ts'

const dataUrl = (bytes: Buffer, type = 'image/png') => `data:${type};base64,${bytes.toString('base64')}`
const at = (length: number, parts: Record<number, Buffer | string>) => {
  const bytes = Buffer.alloc(length)
  for (const [offset, part] of Object.entries(parts))
    Buffer.from(part as string, 'latin1').copy(bytes, Number(offset))
  return bytes
}
const bytesOf = (...values: number[]) => Buffer.from(values).toString('latin1')

const png = at(40, { 0: '\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 16: bytesOf(0, 0, 2, 128, 0, 0, 1, 224) })
const gif = at(20, { 0: 'GIF89a', 6: bytesOf(128, 2, 224, 1) })
const jpeg = at(60, {
  0: bytesOf(0xff, 0xd8, 0xff, 0xe0, 0, 16),
  20: bytesOf(0xff, 0xc4, 0, 4, 0, 0, 0xff, 0xff, 0xc2, 0, 17, 8, 1, 224, 2, 128),
})
const lossy = at(40, { 0: 'RIFF', 8: 'WEBPVP8 ', 26: bytesOf(128, 2, 224, 1) })
const lossless = at(40, { 0: 'RIFF', 8: 'WEBPVP8L', 20: bytesOf(0x2f, 0x7f, 0xc2, 0x77, 0) })
const extended = at(40, { 0: 'RIFF', 8: 'WEBPVP8X', 24: bytesOf(127, 2, 0, 223, 1, 0) })

test.each([
  ['PNG', png],
  ['GIF', gif],
  ['JPEG', jpeg],
  ['WebP', lossy],
  ['WebP', lossless],
  ['WebP', extended],
])('a %s tells format, bytes and pixels from its header', (format, bytes) => {
  expect(readImage(dataUrl(bytes))).toEqual({
    format,
    sizeBytes: bytes.length,
    size: { width: 640, height: 480 },
  })
})

test('a file whose header is unknown keeps its declared type and has no size', () => {
  expect(readImage(dataUrl(Buffer.from('hello'), 'image/svg+xml'))).toEqual({
    format: 'image/svg+xml',
    sizeBytes: 5,
  })
})

test('what is not a base64 data: URL is not read', () => {
  for (const url of ['https://example.com/a.png', 'data:image/png,abc', '', ',', 'data:;base64']) {
    expect(readImage(url)).toBeUndefined()
  }
})

test('cut and broken headers never throw', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(png, gif, jpeg, lossy, lossless, extended),
      fc.nat(60),
      fc.uint8Array(),
      (file, end, tail) => {
        expect(readImage(dataUrl(Buffer.concat([file.subarray(0, end), tail])))).toBeDefined()
      },
    ),
  )
})

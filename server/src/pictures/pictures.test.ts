import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32, deflateSync } from 'node:zlib'
import fc from 'fast-check'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { draw } from './draw.ts'
import { createPictures, type Picture, type PictureFailure } from './index.ts'

const pictures = createPictures({ processesMax: 2 })
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portal-pictures-'))
})
afterAll(async () => {
  await pictures.close()
  await rm(folder, { recursive: true })
})

const red = { r: 255, g: 0, b: 0 }
const plain = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: red } })
const noise = (width: number, height: number) =>
  sharp({
    create: {
      width,
      height,
      channels: 3,
      noise: { type: 'gaussian', mean: 128, sigma: 80 },
      background: red,
    },
  })
const drawing = (inner: string, attributes = 'width="40" height="20"') =>
  Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" ${attributes}>${inner}</svg>`,
  )

let files = 0
async function fileOf(bytes: Uint8Array): Promise<string> {
  files += 1
  const path = join(folder, `${files}`)
  await writeFile(path, bytes)
  return path
}

// What is drawn does not hang on where: these spare a process each.
const pixelsMax = 128_000_000
const forModel = async (bytes: Buffer) => drawn(await draw(bytes, { use: 'model', pixelsMax }))
const thumbnail = async (bytes: Buffer) => drawn(await draw(bytes, { use: 'thumbnail', pixelsMax }))

function drawn(answer: Picture | { failure: PictureFailure }): Picture {
  if ('failure' in answer) throw new Error(answer.failure)
  return answer
}

/** What stands at a place of a picture. */
async function pixelAt({ data }: Picture, left: number, top: number): Promise<number[]> {
  const pixel = sharp(data).extract({ left, top, width: 1, height: 1 }).removeAlpha().raw()
  return [...(await pixel.toBuffer())]
}

test('[FP1] a thumbnail is a WebP whose longer side has 320 pixels, and never larger than its picture', async () => {
  const wide = await thumbnail(await plain(1000, 500).png().toBuffer())
  expect(wide).toMatchObject({ mediaType: 'image/webp', width: 320, height: 160 })
  expect((await sharp(wide.data).metadata()).format).toBe('webp')
  expect(await thumbnail(await plain(50, 90).jpeg().toBuffer())).toMatchObject({ width: 50, height: 90 })
})

test.each(['jpeg', 'png', 'webp', 'gif'] as const)(
  '[FP2] a large %s is made to fit a model',
  async (format) => {
    const answer = await forModel(await plain(3000, 1500).toFormat(format).toBuffer())
    expect(answer).toMatchObject({ width: 1568, height: 784 })
    expect((await sharp(answer.data).metadata()).format).toBe(answer.mediaType.slice('image/'.length))
    const [r = 0, g = 255] = await pixelAt(answer, 10, 10)
    expect(r).toBeGreaterThan(240)
    expect(g).toBeLessThan(15)
  },
)

test('[FP2] a picture at the limit keeps its size', async () => {
  expect(await forModel(await plain(1568, 3).png().toBuffer())).toMatchObject({ width: 1568, height: 3 })
  expect(await forModel(await plain(1569, 3).png().toBuffer())).toMatchObject({ width: 1568 })
})

test('[FP2] what would be larger than 3.75 MiB as PNG is a JPEG that is not', async () => {
  const loud = await forModel(await noise(1568, 1568).png().toBuffer())
  expect(loud.mediaType).toBe('image/jpeg')
  expect(loud.data.length).toBeLessThan(3.75 * 1024 ** 2)
  expect((await forModel(await noise(300, 300).png().toBuffer())).mediaType).toBe('image/png')
})

test('[FP3] a photograph is turned upright, and says nothing of where and by what it was taken', async () => {
  const photograph = await sharp({ create: { width: 60, height: 30, channels: 3, background: 'white' } })
    .withExif({ IFD0: { Make: 'CanaryCam' }, IFD3: { GPSLatitude: '52/1 31/1 0/1' } })
    .withMetadata({ orientation: 6 })
    .withXmp('<x:xmpmeta xmlns:x="adobe:ns:meta/">canary</x:xmpmeta>')
    .jpeg()
    .toBuffer()
  expect((await sharp(photograph).metadata()).exif).toBeDefined()
  for (const answer of [await forModel(photograph), await thumbnail(photograph)]) {
    expect(answer).toMatchObject({ width: 30, height: 60 })
    const { exif, xmp, iptc, orientation } = await sharp(answer.data).metadata()
    expect([exif, xmp, iptc, orientation]).toEqual([undefined, undefined, undefined, undefined])
    expect(answer.data.toString('latin1')).not.toMatch(/canary/i)
  }
})

test('[FP3] of a picture that moves the first frame is taken', async () => {
  const frames = [red, { r: 0, g: 0, b: 255 }].map((background) =>
    sharp({ create: { width: 8, height: 8, channels: 3, background } })
      .png()
      .toBuffer(),
  )
  const moving = await sharp(await Promise.all(frames), { join: { animated: true } })
    .gif()
    .toBuffer()
  expect((await sharp(moving).metadata()).pages).toBe(2)
  const answer = await forModel(moving)
  expect(answer).toMatchObject({ mediaType: 'image/png', width: 8, height: 8 })
  expect(await pixelAt(answer, 4, 4)).toEqual([255, 0, 0])
})

test('[FP4] a drawing becomes pixels, as many whatever size it gives itself', async () => {
  const box = '<rect width="100%" height="100%" fill="red"/>'
  for (const attributes of [
    'width="40" height="20"',
    'viewBox="0 0 4 2"',
    'width="400000" height="200000"',
  ]) {
    const answer = await forModel(drawing(box, attributes))
    expect(answer.mediaType).toBe('image/png')
    expect(answer.width).toBeGreaterThan(1500)
    expect(answer.width).toBeLessThanOrEqual(1568)
    expect(await pixelAt(answer, 100, 100)).toEqual([255, 0, 0])
  }
})

test('[FP4] a drawing loads nothing from anywhere', async () => {
  let asked = 0
  const canary = createServer((_req, res) => {
    asked += 1
    res.end()
  }).listen(0, '127.0.0.1')
  await once(canary, 'listening')
  const url = `http://127.0.0.1:${(canary.address() as AddressInfo).port}/a.png`
  const beside = await fileOf(await plain(40, 40).png().toBuffer())
  const references = [url, beside, `file://${beside}`, beside.split('/').at(-1) ?? '']
  const inner = references
    .map(
      (reference) =>
        `<image width="40" height="20" href="${reference}"/><image width="40" height="20" xlink:href="${reference}"/><use href="${reference}#a"/>`,
    )
    .join('')
  const style = `<style>@import url("${url}"); rect { fill: url("${url}#a"); } @font-face { font-family: a; src: url("${url}"); }</style>`
  const entity = `<?xml-stylesheet href="${url}"?><!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/hostname"><!ENTITY b SYSTEM "${url}">]>`
  const file = drawing(
    `<rect width="40" height="20" fill="white"/>${style}${inner}<text y="10">&a;&b;</text>`,
  )
  for (const bytes of [drawing(inner), file, Buffer.concat([Buffer.from(entity), file])]) {
    const answer = await pictures.pictureForModel(await fileOf(bytes))
    if ('failure' in answer) continue
    const onWhite = await sharp(answer.data).flatten({ background: 'white' }).png().toBuffer()
    const { channels } = await sharp(onWhite).stats()
    expect(channels.map(({ min }) => min)).toEqual([255, 255, 255])
  }
  expect(asked).toBe(0)
  canary.close()
})

test('[FP5] more pixels than are taken are refused before they are unpacked', async () => {
  const bomb = png(30_000, 30_000)
  expect(bomb.length).toBeLessThan(1024)
  expect(await pictures.pictureForModel(await fileOf(bomb))).toEqual({ failure: 'too_large' })
  const small = createPictures({ limits: { pixelsMax: 100 } })
  const [at, over] = [await plain(10, 10).png().toBuffer(), await plain(101, 1).png().toBuffer()]
  expect(await small.thumbnail(await fileOf(at))).toMatchObject({ width: 10 })
  expect(await small.thumbnail(await fileOf(over))).toEqual({ failure: 'too_large' })
  await small.close()
})

test('[FP5] a file that is too large, and a picture that takes too long, are refused', async () => {
  const small = createPictures({ limits: { fileBytesMax: 10 } })
  expect(await small.thumbnail(await fileOf(Buffer.alloc(11)))).toEqual({ failure: 'too_large' })
  const hasty = createPictures({ limits: { timeMsMax: 5 } })
  expect(await hasty.thumbnail(await fileOf(drawing('')))).toEqual({ failure: 'took_too_long' })
  await Promise.all([small.close(), hasty.close()])
})

test('[FP5] other formats are no pictures, whatever could decode them', async () => {
  const tiff = await plain(5, 5).tiff().toBuffer()
  const avif = await plain(5, 5).avif().toBuffer()
  for (const bytes of [tiff, avif, Buffer.from('%PDF-1.7'), Buffer.from('P6 1 1 255 aaa'), Buffer.alloc(0)]) {
    expect(await pictures.thumbnail(await fileOf(bytes))).toEqual({ failure: 'damaged' })
  }
})

test.each(['jpeg', 'png', 'webp', 'gif', 'svg'] as const)(
  '[FP5] a damaged %s is answered',
  async (format) => {
    const whole = format === 'svg' ? drawing('<rect/>') : await noise(64, 64).toFormat(format).toBuffer()
    const half = await fileOf(whole.subarray(0, whole.length / 2))
    expect(await pictures.pictureForModel(half)).toEqual({ failure: 'damaged' })
    const change = fc.record({ at: fc.nat(whole.length - 1), byte: fc.nat(255) })
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 20 }), async (changes) => {
        const changed = Buffer.from(whole)
        for (const { at, byte } of changes) changed[at] = byte
        const answer = await draw(changed, { use: 'model', pixelsMax: 1_000_000 })
        expect('failure' in answer || answer.data.length > 0).toBe(true)
      }),
      { numRuns: 20 },
    )
  },
)

test('[FP5] ten that come at once are all drawn; after close nothing is', async () => {
  const path = await fileOf(await plain(400, 400).png().toBuffer())
  expect(await pictures.pictureForModel(path)).toMatchObject({ mediaType: 'image/png', width: 400 })
  const all = await Promise.all(Array.from({ length: 10 }, () => pictures.thumbnail(path)))
  for (const answer of all) expect(answer).toMatchObject({ width: 320 })
  const closing = createPictures()
  const under = closing.thumbnail(path).catch((error: unknown) => error)
  await closing.close()
  expect(await under).toMatchObject({ code: 'draining' })
})

/** A PNG of nothing but a header that promises so many pixels, and no data for them. */
function png(width: number, height: number): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 2, 0, 0, 0], 8)
  const chunks = [
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.alloc(1000))),
    chunk('IEND', Buffer.alloc(0)),
  ]
  return Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), ...chunks])
}

function chunk(type: string, data: Buffer): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(data.length)
  const content = Buffer.concat([Buffer.from(type), data])
  const checksum = Buffer.alloc(4)
  checksum.writeUInt32BE(crc32(content))
  return Buffer.concat([length, content, checksum])
}

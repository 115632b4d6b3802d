import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createVideos, type Videos } from './index.ts'
import { findProgram, runProgram } from './program.ts'

const fixtures = join(import.meta.dirname, 'fixtures')
let folder: string
let videos: Videos
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portal-videos-'))
  videos = createVideos()
})
afterAll(() => rm(folder, { recursive: true }))

test('FFmpeg is installed where these tests run: apt-get install -y ffmpeg', () => {
  expect(findProgram('ffmpeg')).not.toBe(null)
  expect(findProgram('ffprobe')).not.toBe(null)
})

test.each(['clip.mp4', 'clip.mov', 'clip.webm', 'recorded.webm'])(
  '[FP6] %s has its length, its size and its stills',
  async (name) => {
    const path = join(fixtures, name)
    const video = await videos.probeVideo(path)
    expect(video).toMatchObject({ width: 160, height: 120 })
    expect(Math.abs((video?.durationMs ?? 0) - 2000)).toBeLessThanOrEqual(100)
    const stills = (await videos.stillsOf(path, 2)) ?? []
    expect(stills.map(({ atMs }) => Math.round(atMs / 500))).toEqual([1, 3])
    for (const { data } of stills) {
      expect(await sharp(data).metadata()).toMatchObject({ format: 'jpeg', width: 160, height: 120 })
    }
    expect(stills[0]?.data.equals(stills[1]?.data ?? Buffer.alloc(0))).toBe(false)
  },
)

test('[FP6] a video that was taken upright is upright', async () => {
  const path = join(fixtures, 'turned.mp4')
  expect(await videos.probeVideo(path)).toMatchObject({ width: 120, height: 160 })
  const [still] = (await videos.stillsOf(path, 1)) ?? []
  expect(await sharp(still?.data).metadata()).toMatchObject({ width: 120, height: 160 })
})

test('[FP6] without FFmpeg nothing is known, and nothing fails', async () => {
  const without = createVideos({ folders: [folder] })
  expect(await without.probeVideo(join(fixtures, 'clip.mp4'))).toBe(null)
  expect(await without.stillsOf(join(fixtures, 'clip.mp4'), 3)).toBe(null)
})

test('[FP7] a playlist or list of files under a video’s name opens none of them', async () => {
  const clip = join(fixtures, 'clip.mp4')
  const lists = [
    `#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\nfile://${clip}\n#EXT-X-ENDLIST\n`,
    `ffconcat version 1.0\nfile '${clip}'\n`,
    '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>',
  ]
  for (const [at, list] of lists.entries()) {
    const path = join(folder, `${at}.mp4`)
    await writeFile(path, list)
    expect(await videos.probeVideo(path)).toBe(null)
    expect(await videos.stillsOf(path, 1)).toBe(null)
  }
})

test.each(['clip.mp4', 'clip.mov', 'clip.webm'])(
  '[FP7] %s is answered when half of it is missing',
  async (name) => {
    const path = join(folder, name)
    const bytes = await readFile(join(fixtures, name))
    await writeFile(path, bytes.subarray(0, bytes.length / 2))
    const stills = await videos.stillsOf(path, 2)
    expect(stills === null || stills.length > 0).toBe(true)
  },
)

test('[FP7] a program that takes too long is ended, and so is one at close', async () => {
  const path = join(fixtures, 'clip.mp4')
  expect(await createVideos({ timeMsMax: 1 }).probeVideo(path)).toBe(null)
  const closing = createVideos()
  const probing = closing.probeVideo(path)
  closing.close()
  expect(await probing).toBe(null)
  expect(await closing.probeVideo(path)).toBe(null)
})

test('[FP7] a program that asks for more memory than it may have gets none', async () => {
  const bounds = { timeMsMax: 10_000, memoryBytesMax: 128 * 1024 ** 2, signal: new AbortController().signal }
  const copy = (size: string) =>
    runProgram(findProgram('dd') ?? '', ['if=/dev/zero', 'of=/dev/null', `bs=${size}`, 'count=1'], bounds)
  expect(await copy('1M')).not.toBe(null)
  expect(await copy('256M')).toBe(null)
  expect(await createVideos({ memoryBytesMax: 32 * 1024 ** 2 }).probeVideo(join(fixtures, 'clip.mp4'))).toBe(
    null,
  )
})

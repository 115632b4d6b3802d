import { randomUUID } from 'node:crypto'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../errors.ts'
import { attachmentHeader, createPlaces } from '../http/index.ts'
import type { Picture, PictureFailure, Pictures } from '../pictures/index.ts'
import { createReach } from '../reach/index.ts'
import type { Throttles } from '../throttle/index.ts'
import { type FetchLimits, fetchImage } from './fetch-image.ts'

/** Pictures that answers name, from elsewhere. */
export type RemoteImages = {
  /**
   * Fetches a picture for somebody and draws it anew.
   * @throws AppError rate_limit_exceeded, unsupported_media_type, draining; what `fetchImage` throws
   */
  load: (userId: string, url: string) => Promise<Response>
  close: () => Promise<void>
}

type RemoteImagesDeps = {
  throttles: Throttles
  pictures: Pictures
  /** Where a picture lies while it is drawn. */
  directory: string
  /** Networks of the operator's own that may be asked beside the public internet (CIDR). */
  ownNetworks: readonly string[]
}

const webPorts = [80, 443]
const limits: FetchLimits = { timeMsMax: 10_000, bytesMax: 10 * 1024 ** 2 }
const loading = { name: 'remote-image', max: 60, windowMs: 60_000 }
const atOnceMax = 4

/** Builds it. */
export function createRemoteImages(deps: RemoteImagesDeps): RemoteImages {
  const { throttles, pictures } = deps
  const mayReach = createReach(deps.ownNetworks, webPorts)
  const enter = createPlaces(
    atOnceMax,
    () =>
      new AppError('rate_limit_exceeded', {
        message: 'You are loading several pictures already. Wait for one of them.',
        headers: { 'retry-after': '2' },
      }),
  )

  async function drawn(bytes: Buffer): Promise<Picture> {
    await mkdir(deps.directory, { recursive: true })
    const path = join(deps.directory, `remote-${randomUUID()}`)
    try {
      await writeFile(path, bytes, { flag: 'wx', mode: 0o600 })
      const picture = await pictures.pictureForModel(path)
      if ('failure' in picture) throw notDrawn(failures[picture.failure])
      return picture
    } finally {
      await rm(path, { force: true })
    }
  }

  return {
    async load(userId, url) {
      await throttles.take(loading, userId)
      const leave = enter(userId)
      try {
        const bytes = await fetchImage(url, mayReach, limits)
        if (!isRaster(bytes)) throw notDrawn('What is there is no PNG, JPEG, WebP or GIF picture.')
        return answerOf(await drawn(bytes))
      } finally {
        leave()
      }
    },
    close: pictures.close,
  }
}

const failures: Record<PictureFailure, string> = {
  damaged: 'This picture is damaged.',
  too_large: 'This picture has too many pixels.',
  took_too_long: 'Drawing this picture took too long.',
}

const notDrawn = (message: string) => new AppError('unsupported_media_type', { message })

/** As the bytes say, whatever they are sent as. Drawings (SVG) are none: they would be read as a program is. */
function isRaster(bytes: Buffer): boolean {
  const text = bytes.toString('latin1', 0, 12)
  return (
    /^GIF8[79]a|^RIFF.{4}WEBP/s.test(text) ||
    ['\x89PNG\r\n\x1a\n', '\xff\xd8\xff'].some((sign) => text.startsWith(sign))
  )
}

const extensions = { 'image/png': 'png', 'image/jpeg': 'jpg', 'image/webp': 'webp' } as const

/** For the page that asked and its own cache: opened by itself it is a download. */
const answerOf = ({ mediaType, data }: Picture): Response =>
  new Response(new Uint8Array(data), {
    headers: {
      'content-type': mediaType,
      'content-length': String(data.length),
      'content-disposition': attachmentHeader(`picture.${extensions[mediaType]}`),
      'content-security-policy': "sandbox; default-src 'none'",
      'cross-origin-resource-policy': 'same-origin',
      'cache-control': 'private, max-age=3600',
    },
  })

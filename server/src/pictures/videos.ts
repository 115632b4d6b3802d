import { createTurns } from '../isolation/index.ts'
import { findProgram, runProgram } from './program.ts'

/** How long a video is, and how large as it is shown. */
export type Video = { durationMs: number; width: number; height: number }
/** A frame of a video, as JPEG. */
export type Still = { atMs: number; data: Buffer }

/** What is known of people's videos, by FFmpeg where it is installed. */
export type Videos = {
  /** Null where FFmpeg is not installed, or where the file is no MP4, WebM or MOV that it can read. */
  probeVideo(path: string): Promise<Video | null>
  /** As many frames, evenly over the video, at most 1568 pixels a side; null as above. */
  stillsOf(path: string, count: number): Promise<Still[] | null>
  /** Ends what is under way. */
  close(): void
}

type VideosOptions = {
  /** Where the programs are looked for; where systems have them unless said. */
  folders?: string[]
  timeMsMax?: number
  memoryBytesMax?: number
}

// A file is read as what it may be and as nothing that names other files (playlists, concatenations).
const bounded = ['-protocol_whitelist', 'file', '-format_whitelist', 'mov,matroska']
const drawing = ['-threads', '1', '-max_pixels', '40000000']
const stillPixelsMax = 1568

/** Creates what looks at videos, one at a time. */
export function createVideos({
  folders,
  timeMsMax = 30_000,
  memoryBytesMax = 1.5 * 1024 ** 3,
}: VideosOptions = {}): Videos {
  const [ffmpeg, ffprobe] = [findProgram('ffmpeg', folders), findProgram('ffprobe', folders)]
  const closing = new AbortController()
  const turns = createTurns(1)
  const run = (program: string, args: string[]) =>
    turns.take(() => runProgram(program, args, { timeMsMax, memoryBytesMax, signal: closing.signal }))

  async function probeVideo(path: string): Promise<Video | null> {
    if (!ffmpeg || !ffprobe) return null
    const said = await run(ffprobe, [...bounded, ...probing, `file:${path}`])
    const size = said && sizeFrom(said.toString())
    if (!size) return null
    const durationMs = durationFrom(said.toString()) ?? (await countDuration(ffmpeg, path))
    return durationMs === null ? null : { durationMs, ...size }
  }

  /** What browsers record has no duration in its head: it is where the last frame ends. */
  async function countDuration(program: string, path: string): Promise<number | null> {
    const copying = ['-map', '0:v:0', '-c', 'copy', '-f', 'null', '-progress', 'pipe:1', '-']
    const said = await run(program, [...quiet, ...bounded, '-i', `file:${path}`, ...copying])
    const last = [...(said?.toString() ?? '').matchAll(/^out_time_us=(\d+)$/gm)].at(-1)
    return last ? Math.round(Number(last[1]) / 1000) : null
  }

  async function still(program: string, path: string, atMs: number): Promise<Still | null> {
    const source = [...bounded, ...drawing, '-ss', (atMs / 1000).toFixed(3), '-i', `file:${path}`]
    const data = await run(program, [...quiet, ...source, ...asJpeg])
    return data && data.length > 0 ? { atMs, data } : null
  }

  return {
    probeVideo,
    async stillsOf(path, count) {
      const video = await probeVideo(path)
      if (!video || !ffmpeg) return null
      const times = Array.from({ length: count }, (_, at) =>
        Math.floor((video.durationMs * (at + 0.5)) / count),
      )
      const stills: Still[] = []
      for (const atMs of times) {
        const taken = await still(ffmpeg, path, atMs)
        if (taken) stills.push(taken)
      }
      return stills.length > 0 ? stills : null
    },
    close: () => closing.abort(),
  }
}

const quiet = ['-nostdin', '-v', 'error', '-filter_threads', '1']
const probing = [
  ...['-v', 'error', '-of', 'json', '-select_streams', 'v:0'],
  ...['-show_entries', 'format=duration:stream=width,height:stream_side_data=rotation'],
]
const asJpeg = [
  ...['-map', '0:v:0', '-frames:v', '1', '-an', '-sn', '-dn', '-map_metadata', '-1'],
  ...[
    '-vf',
    `scale='min(${stillPixelsMax},iw)':'min(${stillPixelsMax},ih)':force_original_aspect_ratio=decrease`,
  ],
  ...['-c:v', 'mjpeg', '-q:v', '4', '-threads', '1', '-f', 'image2pipe', 'pipe:1'],
]

type Probed = {
  format?: { duration?: string }
  streams?: { width?: number; height?: number; side_data_list?: { rotation?: number }[] }[]
}

function sizeFrom(json: string): { width: number; height: number } | null {
  const stream = (JSON.parse(json) as Probed).streams?.[0]
  if (!stream?.width || !stream.height) return null
  const { width, height, side_data_list: sides } = stream
  const isTurned = sides?.some(({ rotation }) => Math.abs(rotation ?? 0) % 180 === 90)
  return isTurned ? { width: height, height: width } : { width, height }
}

function durationFrom(json: string): number | null {
  const seconds = Number((JSON.parse(json) as Probed).format?.duration)
  return seconds > 0 ? Math.round(seconds * 1000) : null
}

// What the upstream saw and what became of it.
import type { IncomingHttpHeaders } from 'node:http'
import type { DialectName } from './dialect.ts'

/** One request as it arrived; times are milliseconds since 1970. */
export type RecordedRequest = {
  /** By path; on a path that is not served, by the presence of `anthropic-version`. */
  dialect: DialectName
  method: string
  path: string
  headers: IncomingHttpHeaders
  /** The body as text, and parsed; `body` is undefined when it is not JSON. */
  raw: string
  body: unknown
  startedAt: number
  status: number | undefined
  /** Bytes of the answer's body that were handed to the socket. */
  bytesWritten: number
  /** The whole answer was handed to the kernel. */
  finished: boolean
  finishedAt: number | undefined
  /** When the client closed before the answer ended; `aborted` resolves with the same time, or never. */
  abortedAt: number | undefined
  aborted: Promise<number>
}

/** Counts since the start or the last reset. */
export type Served = {
  /** Requests whose body was read, refused ones too; model lists are not among them. */
  requests: number
  /** Answers of status 200 written to their end. */
  whole: number
  /** Answers of another status written to their end. */
  refused: number
  /** Requests that the client left before the end. */
  aborted: number
  /** Connections that a script destroyed. */
  dropped: number
  /** Requests not ended yet. */
  open: number
  /** Bytes of ended answers' bodies. */
  bytes: number
}

/** One request on its way: the player counts into `request`, the server ends it once. */
export type Track = {
  request: RecordedRequest
  dropped: boolean
  resolveAborted: (at: number) => void
  /** Resets before this request: one from before the last is no longer counted. */
  generation: number
}

type Seen = Pick<RecordedRequest, 'dialect' | 'method' | 'path' | 'headers' | 'raw' | 'body'>

/** Keeps the counters and, when recording, the requests. */
export type Recorder = {
  requests: RecordedRequest[]
  served: Served
  open: (seen: Seen) => Track
  /** Ends a request; `whole` when all of its answer was handed to the kernel. */
  close: (track: Track, whole: boolean) => void
  /** Forgets the requests and zeroes the counters; requests still open are not counted any more. */
  reset: () => void
}

/** A recorder; without `record` it only counts. */
export function createRecorder(record: boolean): Recorder {
  const requests: RecordedRequest[] = []
  const served: Served = { requests: 0, whole: 0, refused: 0, aborted: 0, dropped: 0, open: 0, bytes: 0 }
  let generation = 0
  return {
    requests,
    served,
    open(seen) {
      served.requests++
      served.open++
      const track = createTrack(seen, generation)
      if (record) requests.push(track.request)
      return track
    },
    close(track, whole) {
      const ending = endTrack(track, whole)
      if (track.generation !== generation) return
      served.open--
      served.bytes += track.request.bytesWritten
      served[ending]++
    },
    reset() {
      generation++
      requests.length = 0
      Object.assign(served, { requests: 0, whole: 0, refused: 0, aborted: 0, dropped: 0, open: 0, bytes: 0 })
    },
  }
}

function createTrack(seen: Seen, generation: number): Track {
  const { promise, resolve } = Promise.withResolvers<number>()
  const request: RecordedRequest = {
    ...seen,
    startedAt: Date.now(),
    status: undefined,
    bytesWritten: 0,
    finished: false,
    finishedAt: undefined,
    abortedAt: undefined,
    aborted: promise,
  }
  return { request, dropped: false, resolveAborted: resolve, generation }
}

function endTrack(
  { request, dropped, resolveAborted }: Track,
  whole: boolean,
): 'whole' | 'refused' | 'aborted' | 'dropped' {
  if (whole) {
    request.finished = true
    request.finishedAt = Date.now()
    return request.status === 200 ? 'whole' : 'refused'
  }
  if (dropped) return 'dropped'
  request.abortedAt = Date.now()
  resolveAborted(request.abortedAt)
  return 'aborted'
}

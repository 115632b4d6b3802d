import type { ServerResponse } from 'node:http'
import type { Valve } from './valve.ts'

/** The client's side of a stream: headers when there is something to say, one write at a time, never ahead of the reader. */
export type ClientStream = {
  readonly hasStarted: boolean
  write(text: string): void
  end(text: string): void
  /** Says that the stream is alive after a silence. */
  tick(nowMs: number): void
  /** Milliseconds for which what was written has waited for the client; 0 when nothing does. */
  stalledMs(nowMs: number): number
}

const silenceMs = 15_000

/** `valve` is shut while the reader is behind; `ping` says that the stream is alive. */
export type StreamOptions = { headers: Record<string, string>; valve: Valve; ping: string }

/** The client of an HTTP request. */
export function createClientStream(
  res: ServerResponse,
  { headers, valve, ping }: StreamOptions,
): ClientStream {
  let lastWriteAt = performance.now()
  let waitingSince: number | null = null

  const start = () => {
    if (res.headersSent) return
    res.writeHead(200, {
      ...headers,
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache',
      'x-accel-buffering': 'no',
    })
  }
  const write = (text: string) => {
    start()
    lastWriteAt = performance.now()
    if (res.write(text) || waitingSince !== null) return
    waitingSince = lastWriteAt
    valve.shut('reader')
    res.once('drain', () => {
      waitingSince = null
      valve.open('reader')
    })
  }
  return {
    get hasStarted() {
      return res.headersSent
    },
    write,
    end(text) {
      start()
      res.end(text)
    },
    tick(nowMs) {
      if (res.writableEnded) return
      if (waitingSince === null && nowMs - lastWriteAt >= silenceMs) write(ping)
    },
    stalledMs: (nowMs) => (waitingSince === null ? 0 : nowMs - waitingSince),
  }
}

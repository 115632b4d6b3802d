import type { ServerResponse } from 'node:http'

/** The client's side of a stream: headers when there is something to say, one write at a time, never ahead of the reader. */
export type ClientStream = {
  readonly hasStarted: boolean
  write(text: string): void
  end(text: string): void
  /** Says that the stream is alive after a silence. */
  tick(nowMs: number): void
  /** Milliseconds since the client last took anything, while something waits for it; else 0. */
  stalledMs(nowMs: number): number
}

const silenceMs = 15_000

/** @param flow told to pause and resume the upstream as the reader falls behind and catches up */
export function createClientStream(
  res: ServerResponse,
  { headers, flow }: { headers: Record<string, string>; flow: { pause(): void; resume(): void } },
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
    flow.pause()
    res.once('drain', () => {
      waitingSince = null
      flow.resume()
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
      if (waitingSince === null && nowMs - lastWriteAt >= silenceMs) write(': ping\n\n')
    },
    stalledMs: (nowMs) => (waitingSince === null ? 0 : nowMs - waitingSince),
  }
}

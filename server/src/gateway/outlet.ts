import type { ServerResponse } from 'node:http'
import { type ClientStream, createClientStream, type StreamOptions } from './client-stream.ts'

/** Where an answer goes. */
export type Outlet = {
  openStream: (options: StreamOptions) => ClientStream
  /** Takes a whole answer. */
  send: (headers: Record<string, string>, body: string) => void
  /** Ends it, whoever still waits. */
  destroy: () => void
}

/** The client of an HTTP request. */
export const httpOutlet = (res: ServerResponse): Outlet => ({
  openStream: (options) => createClientStream(res, options),
  send(headers, body) {
    const length = Buffer.byteLength(body)
    // As text, head and body leave in one write.
    res.writeHead(200, { ...headers, 'content-type': 'application/json', 'content-length': length }).end(body)
  },
  destroy: () => res.destroy(),
})

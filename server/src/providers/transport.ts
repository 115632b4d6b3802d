import type { IncomingHttpHeaders } from 'node:http'
import { type Dispatcher, Pool } from 'undici'

/** One request on its way to an upstream. */
export type TransportRequest = { path: string; headers: Record<string, string>; body: string }

/** Hears what the upstream answers: start, data, then end or failure; failure may come at any point. */
export type Receiver = {
  onStart(status: number, headers: IncomingHttpHeaders): void
  onData(chunk: Buffer): void
  onEnd(): void
  onFailure(error: Error): void
}

/** The handle on a request under way. After abort the receiver hears nothing more. */
export type Exchange = { abort(): void; pause(): void; resume(): void }

/** How requests reach an upstream: over HTTP, or in process for the demo model. */
export type Transport = {
  send(request: TransportRequest, receiver: Receiver): Exchange
  close(): Promise<void>
}

const connectTimeoutMs = 5000
// The gateway's own deadline ends a request; this one catches an upstream that went silent for good.
const silenceMs = 310_000

/** A transport to one configured base URL. Redirects are not followed: no other host is ever called. */
export function createHttpTransport(baseUrl: string): Transport {
  const { origin, pathname } = new URL(baseUrl)
  const prefix = pathname.replace(/\/+$/, '')
  const pool = new Pool(origin, {
    pipelining: 1,
    connect: { timeout: connectTimeoutMs },
    headersTimeout: silenceMs,
    bodyTimeout: silenceMs,
    // Shorter than what servers allow an idle connection: a request on one just closed would be lost.
    keepAliveTimeout: 4000,
  })
  return {
    send: (request, receiver) => {
      const handler = new ExchangeHandler(receiver)
      pool.dispatch({ ...request, path: prefix + request.path, method: 'POST' }, handler)
      return handler
    },
    close: () => pool.destroy(),
  }
}

/** Joins undici's dispatch to a receiver: no stream, no buffering, one call per read of the socket. */
class ExchangeHandler implements Exchange, Dispatcher.DispatchHandler {
  #controller: Dispatcher.DispatchController | null = null
  #receiver: Receiver | null

  constructor(receiver: Receiver) {
    this.#receiver = receiver
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    if (!this.#receiver) controller.abort(new Error('aborted'))
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    if (status >= 200) this.#receiver?.onStart(status, headers)
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#receiver?.onData(chunk)
  }

  onResponseEnd(): void {
    this.#release()?.onEnd()
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    this.#release()?.onFailure(error)
  }

  /** The last word is spoken: what the receiver does with it finds nothing left to abort. */
  #release(): Receiver | null {
    const receiver = this.#receiver
    this.#receiver = null
    return receiver
  }

  abort(): void {
    if (!this.#receiver) return
    this.#receiver = null
    this.#controller?.abort(new Error('aborted'))
  }

  pause(): void {
    if (this.#receiver) this.#controller?.pause()
  }

  resume(): void {
    if (this.#receiver) this.#controller?.resume()
  }
}

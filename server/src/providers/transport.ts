import type { IncomingHttpHeaders } from 'node:http'
import { Client, type Dispatcher, Pool } from 'undici'

/** One request on its way to an upstream. */
export type TransportRequest = {
  path: string
  headers: Record<string, string>
  body: string
  /** Whether it must go over a connection made for it, which is closed after it; false unless given. */
  onNewConnection?: boolean
}

/** Hears what the upstream answers: start, data, then end or failure; failure may come at any point. */
export type Receiver = {
  onStart(status: number, headers: IncomingHttpHeaders): void
  onData(chunk: Buffer): void
  onEnd(): void
  onFailure(error: Error): void
}

/** The handle on a request under way. After abort or release the receiver hears nothing more. */
export type Exchange = {
  abort(): void
  /** All that matters was heard: what little follows is let through, and the connection kept for the next request. */
  release(): void
  pause(): void
  resume(): void
}

/** How requests reach an upstream: over HTTP, or in process for the demo model. */
export type Transport = {
  /** The server that it leads to; null where that is this process. */
  readonly server: { address: string; port: number } | null
  send(request: TransportRequest, receiver: Receiver): Exchange
  close(): Promise<void>
}

const connectTimeoutMs = 5000
// How long the end of a released answer is waited for before its connection is given up.
const lingerMs = 1000
// The gateway's own deadline comes first; a provider may be given less.
const longestSilenceMs = 310_000

/** A transport to one configured base URL. Redirects are not followed: no other host is ever called. */
export function createHttpTransport(
  baseUrl: string,
  {
    firstByteMs = longestSilenceMs,
    silenceMs = longestSilenceMs,
  }: { firstByteMs?: number; silenceMs?: number } = {},
): Transport {
  const { origin, pathname, protocol, hostname, port } = new URL(baseUrl)
  const prefix = pathname.replace(/\/+$/, '')
  const settings = {
    pipelining: 1,
    connect: { timeout: connectTimeoutMs },
    headersTimeout: firstByteMs,
    bodyTimeout: silenceMs,
    // Shorter than what servers allow an idle connection: a request on one just closed would be lost.
    keepAliveTimeout: 4000,
  }
  const pool = new Pool(origin, settings)
  const lone = new Set<Client>()

  /** With a connection of its own, which ends with the request. */
  function dispatchAlone(options: Dispatcher.DispatchOptions, handler: ExchangeHandler): void {
    const client = new Client(origin, settings)
    lone.add(client)
    client.dispatch(options, handler)
    // Resolves once the request has ended; rejects where the transport was closed before.
    client.close().then(
      () => lone.delete(client),
      () => lone.delete(client),
    )
  }

  return {
    server: { address: hostname, port: Number(port || (protocol === 'https:' ? 443 : 80)) },
    send({ onNewConnection = false, ...request }, receiver) {
      const handler = new ExchangeHandler(receiver)
      const options = { ...request, path: joined(prefix, request.path), method: 'POST' as const }
      if (onNewConnection && !pool.destroyed) dispatchAlone(options, handler)
      else pool.dispatch(options, handler)
      return handler
    },
    async close() {
      await Promise.all([pool, ...lone].map((each) => each.destroy()))
    },
  }
}

// Some vendors' base URLs end in a version, others' do not: one written the other way is meant the same.
const joined = (prefix: string, path: string): string =>
  prefix.endsWith('/v1') && path.startsWith('/v1/') ? prefix.slice(0, -'/v1'.length) + path : prefix + path

/** Joins undici's dispatch to a receiver: no stream, no buffering, one call per read of the socket. */
class ExchangeHandler implements Exchange, Dispatcher.DispatchHandler {
  #controller: Dispatcher.DispatchController | null = null
  #receiver: Receiver | null
  #linger: NodeJS.Timeout | undefined

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
    this.#lastReceiver()?.onEnd()
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    this.#lastReceiver()?.onFailure(error)
  }

  /** The last word is spoken: what the receiver does with it finds nothing left to abort. */
  #lastReceiver(): Receiver | null {
    clearTimeout(this.#linger)
    const receiver = this.#receiver
    this.#receiver = null
    return receiver
  }

  abort(): void {
    if (!this.#receiver) return
    this.#receiver = null
    this.#controller?.abort(new Error('aborted'))
  }

  release(): void {
    if (!this.#receiver) return
    this.#receiver = null
    this.#controller?.resume()
    this.#linger = setTimeout(() => this.#controller?.abort(new Error('lingered')), lingerMs).unref()
  }

  pause(): void {
    if (this.#receiver) this.#controller?.pause()
  }

  resume(): void {
    if (this.#receiver) this.#controller?.resume()
  }
}

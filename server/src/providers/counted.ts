import type { IncomingHttpHeaders } from 'node:http'
import type { Provider } from './provider.ts'
import type { Exchange, Receiver } from './transport.ts'

/** How many requests are under way somewhere. */
export type Running = { count: number }

/** The same provider, its requests counted from being sent to their end, whichever that is. */
export function counted(provider: Provider, running: Running): Provider {
  return {
    ...provider,
    send(call, receiver) {
      const exchange = new CountedExchange(running, receiver)
      exchange.inner = provider.send(call, exchange)
      return exchange
    },
  }
}

class CountedExchange implements Exchange, Receiver {
  inner: Exchange | null = null
  #running: Running
  #receiver: Receiver
  #isOver = false

  constructor(running: Running, receiver: Receiver) {
    this.#running = running
    this.#receiver = receiver
    running.count += 1
  }

  #end(): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#running.count -= 1
  }

  onStart(status: number, headers: IncomingHttpHeaders): void {
    this.#receiver.onStart(status, headers)
  }

  onData(chunk: Buffer): void {
    this.#receiver.onData(chunk)
  }

  onEnd(): void {
    this.#end()
    this.#receiver.onEnd()
  }

  onFailure(error: Error): void {
    this.#end()
    this.#receiver.onFailure(error)
  }

  abort(): void {
    this.#end()
    this.inner?.abort()
  }

  release(): void {
    this.#end()
    this.inner?.release()
  }

  pause(): void {
    this.inner?.pause()
  }

  resume(): void {
    this.inner?.resume()
  }
}

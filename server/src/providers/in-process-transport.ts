import type { Exchange, Receiver, Transport, TransportRequest } from './transport.ts'

/** Something in this process that answers like an HTTP server. */
export type InProcessUpstream = {
  respond(
    body: unknown,
    signal: AbortSignal,
  ): {
    status: number
    headers: Record<string, string>
    body: AsyncIterable<string>
  }
}

/** A transport that never leaves the process. */
export function createInProcessTransport(upstream: InProcessUpstream): Transport {
  return {
    server: null,
    send: (request, receiver) => start(upstream, request, receiver),
    close: async () => {},
  }
}

function start(upstream: InProcessUpstream, request: TransportRequest, receiver: Receiver): Exchange {
  const aborter = new AbortController()
  let gate: PromiseWithResolvers<void> | null = null
  const run = async () => {
    if (aborter.signal.aborted) return
    const response = upstream.respond(JSON.parse(request.body), aborter.signal)
    receiver.onStart(response.status, response.headers)
    for await (const chunk of response.body) {
      await gate?.promise
      if (aborter.signal.aborted) return
      receiver.onData(Buffer.from(chunk))
    }
    if (!aborter.signal.aborted) receiver.onEnd()
  }
  // Answers begin in a later turn, as over a network: the caller holds the exchange by then.
  setImmediate(() => {
    run().catch((error: Error) => {
      if (!aborter.signal.aborted) receiver.onFailure(error)
    })
  })
  const abort = () => {
    aborter.abort()
    gate?.resolve()
  }
  return {
    abort,
    release: abort,
    pause: () => {
      gate ??= Promise.withResolvers()
    },
    resume: () => {
      gate?.resolve()
      gate = null
    },
  }
}

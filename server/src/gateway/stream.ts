import type { AppError } from '../errors.ts'
import type { Target } from '../models/index.ts'
import { type Exchange, failure } from '../providers/index.ts'
import { type ClientStream, createClientStream } from './client-stream.ts'
import { type Completion, callFor, route } from './completion.ts'
import { encodeEvent, openAiErrorBody } from './dialects/index.ts'
import { errorOfEnd } from './ends.ts'
import { type AttemptResult, failed, runExchange } from './exchange.ts'
import type { OpenRequest } from './open-requests.ts'
import { createRelay, type Relay } from './relay.ts'

/** How a stream ended well: whole, or cut for want of tokens. */
type StreamEnd = 'whole' | 'cut'

const stallMs = 60_000

/** A streaming answer in progress: `run` resolves when it has ended, `tick` keeps it alive or ends it. */
export function createStream(completion: Completion): { run(): Promise<void>; tick: OpenRequest['tick'] } {
  let exchange: Exchange | null = null
  const flow = { pause: () => exchange?.pause(), resume: () => exchange?.resume() }
  const client = createClientStream(completion.res, { headers: completion.headers, flow })
  const relay = createRelay(completion, client)
  const open = (next: Exchange) => {
    exchange = next
  }
  return {
    async run() {
      const attempt = (target: Target) => attemptStream(completion, { target, relay, open })
      const result = await route(completion, attempt, () => !relay.hasProduced)
      if (result.kind === 'done') await endWell(completion, { client, relay, end: result.value })
      else endBadly(client, errorOfEnd(completion, { result, hasProduced: relay.hasProduced }))
    },
    tick(nowMs) {
      client.tick(nowMs)
      if (client.stalledMs(nowMs) >= stallMs) completion.cancellation.cancel('stalled')
    },
  }
}

/** The row is committed before the events that end the answer are sent. */
async function endWell(
  { meter }: Completion,
  { client, relay, end }: { client: ClientStream; relay: Relay; end: StreamEnd },
): Promise<void> {
  const closing = await relay.closing({ cut: end === 'cut' })
  await meter.settle({
    status: 'ok',
    charge: 'used',
    ...(end === 'cut' && { errorCode: 'token_limit_exceeded' }),
  })
  client.end(closing)
}

/** After the first byte an error is an event; before it, an ordinary answer that `handler` sends. */
function endBadly(client: ClientStream, error: AppError): void {
  if (!client.hasStarted) throw error
  client.end(encodeEvent(JSON.stringify(openAiErrorBody(error))))
}

type StreamAttempt = { target: Target; relay: Relay; open: (exchange: Exchange) => void }

function attemptStream(
  completion: Completion,
  { target, relay, open }: StreamAttempt,
): Promise<AttemptResult<StreamEnd>> {
  const reader = target.provider.createStreamReader()
  return runExchange({
    target,
    call: callFor(completion, target),
    cancellation: completion.cancellation,
    read: ({ exchange, finish }) => {
      const guard = createTokenGuard(completion, {
        exchange,
        cut: () => finish({ kind: 'done', value: 'cut' }),
      })
      const judge = (frames: ReturnType<typeof reader.push>): AttemptResult<StreamEnd> | null => {
        const verdict = relay.accept(frames)
        if (verdict?.kind === 'complete') return { kind: 'done', value: 'whole' }
        return verdict
      }
      // Some servers close without an end mark: the choices' own ends are enough.
      const close = (otherwise: AttemptResult<StreamEnd>): AttemptResult<StreamEnd> =>
        relay.hasFinished ? { kind: 'done', value: 'whole' } : otherwise
      return {
        accepts(headers) {
          open(exchange())
          return /^text\/event-stream\b/i.test(headers['content-type'] ?? '')
        },
        onData(chunk) {
          const result = judge(reader.push(chunk))
          if (!result) guard()
          return result
        },
        onEnd: () => judge(reader.end()) ?? close(failed(failure('stream'))),
        onBroken: (why) => close(failed(why)),
      }
    },
  })
}

/** Takes further tokens as a stream goes on, and ends it when there are none. */
function createTokenGuard(
  { lease, meter }: Completion,
  { exchange, cut }: { exchange: () => Exchange; cut: () => void },
): () => void {
  let granted = lease.outputTokens
  let isAsking = false
  const extend = async () => {
    isAsking = true
    exchange().pause()
    const more = await lease.extend().catch(() => 0)
    if (more === 0) return cut()
    granted += more
    isAsking = false
    exchange().resume()
  }
  return () => {
    if (lease.limited && !isAsking && meter.outputEstimate() >= granted) void extend()
  }
}

import type { AppError } from '../errors.ts'
import type { Target } from '../models/index.ts'
import { failure, type PreparedCall } from '../providers/index.ts'
import type { ClientStream } from './client-stream.ts'
import { type Attempt, answerContext, type Completion, prepareFor, route } from './completion.ts'
import type { StreamEncoder } from './dialects/index.ts'
import { errorOfEnd } from './ends.ts'
import { type AttemptResult, failed, runExchange } from './exchange.ts'
import type { OpenRequest } from './open-requests.ts'
import { createRelay, type Relay } from './relay.ts'
import { createTokenGuard } from './token-guard.ts'
import { createValve, type Valve } from './valve.ts'

/** How a stream ended well: whole, or cut for want of tokens. */
type StreamEnd = 'whole' | 'cut'

const stallMs = 60_000
// What may follow the end of the last choice are counts and an end mark.
const epilogueMs = 5000

/** A streaming answer in progress: `run` resolves when it has ended, `tick` keeps it alive or ends it. */
export function createStream(completion: Completion): { run(): Promise<void>; tick: OpenRequest['tick'] } {
  const valve = createValve()
  const { outlet, headers, dialect } = completion
  const client = outlet.openStream({ headers, valve, ping: dialect.ping })
  const relay = createRelay(completion, client)
  let epilogue: { endsAt: number; end: () => void } | null = null
  const finished = (end: () => void) => {
    epilogue ??= { endsAt: performance.now() + epilogueMs, end }
  }
  return {
    async run() {
      const attempt = (given: Attempt) => attemptStream(completion, { ...given, relay, valve, finished })
      const result = await route(completion, attempt, () => !relay.hasProduced)
      if (result.kind === 'done') await endWell(completion, { client, relay, end: result.value })
      else endBadly(completion, client, errorOfEnd(completion, { result, hasProduced: relay.hasProduced }))
    },
    tick(nowMs) {
      client.tick(nowMs)
      if (epilogue && nowMs >= epilogue.endsAt) epilogue.end()
      if (client.stalledMs(nowMs) >= stallMs) completion.cancellation.cancel('stalled')
    },
  }
}

/** The row is committed before the events that end the answer are sent. */
async function endWell(
  { meter, keeper }: Completion,
  { client, relay, end }: { client: ClientStream; relay: Relay; end: StreamEnd },
): Promise<void> {
  const closing = await relay.closing({ cut: end === 'cut' })
  await meter.settle({
    status: 'ok',
    charge: 'used',
    ...(end === 'cut' && { errorCode: 'token_limit_exceeded' }),
  })
  await keeper?.keep(await meter.usage())
  client.end(closing)
}

/** After the first byte an error is an event; before it, an ordinary answer that `handler` sends. */
function endBadly({ dialect, requestId }: Completion, client: ClientStream, error: AppError): void {
  if (!client.hasStarted) throw error
  client.end(dialect.errorEvent(error, requestId))
}

/** Turns a target's frames into the client's events. */
function encoderFor(completion: Completion, { provider }: Target, call: PreparedCall): StreamEncoder {
  const { dialect } = completion
  const context = answerContext(completion)
  if (provider.dialect === dialect.name) return dialect.passStream(context)
  const { eventsOfFrame } = provider
  const restore = call.createRestore?.()
  return dialect.encodeStream(
    context,
    restore ? (frame) => eventsOfFrame(frame).flatMap(restore) : eventsOfFrame,
  )
}

type Sent = { target: Target; call: PreparedCall }

/** Lets the keeper hear what passes, in the asker's words. */
function heard({ keeper }: Completion, { target, call }: Sent, encoder: StreamEncoder): StreamEncoder {
  if (!keeper) return encoder
  const { eventsOfFrame } = target.provider
  const restore = call.createRestore?.()
  return {
    ...encoder,
    frame(frame) {
      const events = eventsOfFrame(frame)
      keeper.hear(restore ? events.flatMap(restore) : events)
      return encoder.frame(frame)
    },
  }
}

type StreamAttempt = Attempt & {
  relay: Relay
  valve: Valve
  /** Told that every choice has ended, with the way to wait no longer for what may follow. */
  finished: (end: () => void) => void
}

function attemptStream(
  completion: Completion,
  { target, onNewConnection, relay, valve, finished }: StreamAttempt,
): Promise<AttemptResult<StreamEnd>> {
  const reader = target.provider.createStreamReader()
  const call = prepareFor(completion, { target, onNewConnection })
  completion.keeper?.restart()
  relay.begin(heard(completion, { target, call }, encoderFor(completion, target, call)))
  return runExchange({
    target,
    call,
    cancellation: completion.cancellation,
    read: ({ exchange, finish }) => {
      const guard = createTokenGuard(completion, {
        valve,
        cut() {
          exchange()?.abort()
          finish({ kind: 'done', value: 'cut' })
        },
      })
      const judge = (frames: ReturnType<typeof reader.push>): AttemptResult<StreamEnd> | null => {
        const verdict = relay.accept(frames)
        if (verdict?.kind === 'complete') return { kind: 'done', value: 'whole' }
        return verdict
      }
      // Some servers close without an end mark: the choices' own ends are enough.
      const whole: AttemptResult<StreamEnd> = { kind: 'done', value: 'whole' }
      const close = (otherwise: AttemptResult<StreamEnd>): AttemptResult<StreamEnd> =>
        relay.hasFinished ? whole : otherwise
      return {
        accepts(headers) {
          const sent = exchange()
          if (sent) valve.attach(sent)
          return /^text\/event-stream\b/i.test(headers['content-type'] ?? '')
        },
        onData(chunk) {
          const result = judge(reader.push(chunk))
          if (!result && relay.hasFinished) finished(() => finish(whole))
          else if (!result) guard()
          return result
        },
        onEnd: () => close(judge(reader.end()) ?? failed(failure('stream'))),
        onBroken: (why) => close(failed(why)),
      }
    },
  })
}

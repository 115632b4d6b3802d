import { chatEndpoints, type GenerationEvent } from '@portal/contract'
import { createParser } from 'eventsource-parser'
import { ApiError, apiErrorFrom } from './api-error.ts'
import { fetchFrom, urlOf } from './call.ts'

type NumberedEvent = { seq: number; event: GenerationEvent }
type Reading = {
  /** Asks for what follows an event. */
  open: (after: number, signal: AbortSignal) => Promise<ReadableStream<Uint8Array>>
  /** The last event that is known. */
  after: number
  signal: AbortSignal
}

const pausesMs = [0, 300, 1000, 3000, 5000]
// The server says something every 15 seconds: a connection that is silent for longer is none.
const silenceMsMax = 40_000

/**
 * The events of an answer after the one that is known, to its end: each once, in order, however often the connection
 * breaks. @throws ApiError when asking again would not help; AbortError after `signal`
 */
export async function* readEvents({ open, after, signal }: Reading): AsyncGenerator<NumberedEvent> {
  let known = after
  for (let breaks = 0; ; breaks++) {
    await pause(pausesMs[breaks] ?? 5000, signal)
    for await (const numbered of untilItBreaks({ open, after: known, signal })) {
      if (numbered.seq <= known) continue
      known = numbered.seq
      breaks = 0
      yield numbered
      if (numbered.event.type === 'end') return
    }
  }
}

async function* untilItBreaks({ open, after, signal }: Reading): AsyncGenerator<NumberedEvent> {
  try {
    yield* eventsOf(await open(after, signal))
  } catch (error) {
    if (signal.aborted || !isPassing(error)) throw error
  }
}

/** What browsers throw for a connection that broke is a TypeError. */
const isPassing = (error: unknown): boolean =>
  error instanceof ApiError ? error.isPassing : error instanceof TypeError

/** The events of an answer that is being made, read anew wherever the connection breaks. */
export const readGeneration = (
  params: { sessionId: string; generationId: string },
  { after, signal }: Omit<Reading, 'open'>,
): AsyncGenerator<NumberedEvent> =>
  readEvents({
    ...{ after, signal },
    async open(known) {
      const url = urlOf(chatEndpoints.readGeneration.path, params)
      const response = await fetchFrom(url, { headers: { 'last-event-id': String(known) }, signal })
      if (!response.ok || !response.body) throw await apiErrorFrom(response)
      return response.body
    },
  })

/** The events of one connection, until it ends or falls silent. */
async function* eventsOf(body: ReadableStream<Uint8Array>): AsyncGenerator<NumberedEvent> {
  const told: NumberedEvent[] = []
  const parser = createParser({
    onEvent: ({ id, data }) => told.push({ seq: Number(id), event: JSON.parse(data) as GenerationEvent }),
  })
  const reader = body
    .pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>)
    .getReader()
  try {
    for (;;) {
      const piece = await within(reader.read(), silenceMsMax)
      if (!piece || piece.done) return
      parser.feed(piece.value)
      yield* told.splice(0)
    }
  } finally {
    // Whoever leaves lets go of the connection; that it broke before is known.
    reader.cancel().catch(() => {})
  }
}

/** What a promise brings, or null after so many milliseconds. */
async function within<T>(promise: Promise<T>, ms: number): Promise<T | null> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), ms)
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}

/** @throws the signal's reason */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted()
  if (ms === 0) return
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ms)
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      resolve()
    })
  })
  signal.throwIfAborted()
}

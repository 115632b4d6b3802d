// One answer while it is made: asked of the model, written down as it comes, ended once.
import { AppError } from '../errors.ts'
import {
  type AnswerLine,
  type Cancellation,
  createCancellation,
  type ModelQuestion,
} from '../gateway/index.ts'
import type { NeutralRequest } from '../neutral/index.ts'
import type { ChatDeps } from './deps.ts'
import { type Ending, endAnswer } from './ending.ts'
import type { EventHub } from './event-hub.ts'
import { createEventLog } from './event-log.ts'
import { insertEvents, type NumberedEvent } from './generation-store.ts'
import { createStorablePieces } from './storable.ts'

/** An answer that is being made in this process. */
export type Run = {
  /** Cuts the model off: asked to stop, or taken for dead by another process. */
  stop: () => void
  /** Resolves when it has ended. */
  ended: Promise<Ending | null>
}

type Question = Omit<ModelQuestion, 'cancellation' | 'purpose' | 'request'> & {
  /** Puts together what is asked; need not go on once the signal is aborted. */
  prepare: (signal: AbortSignal) => Promise<NeutralRequest>
}

/** Begins an answer. Its ending is null where somebody else ended it. */
export function startRun(
  { db, ask, log }: ChatDeps,
  hub: EventHub,
  { generationId, question }: { generationId: string; question: Question },
): Run {
  hub.begin(generationId)
  const { prepare, ...asked } = question
  const cancellation = createCancellation()
  const heard = createHearing()
  let isStopped = false
  const events = createEventLog(
    async (batch) => {
      await insertEvents(db, generationId, batch)
      hub.tell(generationId, batch)
    },
    () => cancellation.cancel('shutdown'),
  )

  async function run(): Promise<Ending | null> {
    const fault = await faultOfAsking()
    try {
      await writtenDown()
      const ending = heard.ending({ fault, isStopped, cancellation })
      return (await endAnswer(db, generationId, ending)) ? ending : null
    } catch (err) {
      // Whoever looks after the dead ends it with what was committed.
      log.error({ err, generationId }, 'an answer could not be written down')
      return null
    } finally {
      hub.tell(generationId, null)
    }
  }

  /** As much as can be: what is committed is kept, whatever became of the rest. */
  async function writtenDown(): Promise<void> {
    events.add(heard.rest())
    await events.settled().catch((err) => log.error({ err, generationId }, 'an answer was broken off'))
  }

  async function faultOfAsking(): Promise<AppError | null> {
    try {
      const request = await unlessCancelled(cancellation, prepare)
      if (request === null || cancellation.reason !== null) return null
      await ask({ ...asked, request, purpose: 'chat', cancellation }, (lines) =>
        events.add(heard.hear(lines)),
      )
      return null
    } catch (error) {
      if (error instanceof AppError) return error
      log.error({ err: error, generationId }, 'an answer failed by a fault of ours')
      return new AppError('internal', { cause: error })
    }
  }

  return {
    stop() {
      isStopped = true
      cancellation.cancel('client')
    },
    ended: run(),
  }
}

/** What `prepare` resolves to, or null as soon as it is cancelled: files may be read for long. */
function unlessCancelled<Prepared>(
  cancellation: Cancellation,
  prepare: (signal: AbortSignal) => Promise<Prepared>,
): Promise<Prepared | null> {
  const leaving = new AbortController()
  const cancelled = Promise.withResolvers<null>()
  cancellation.onCancel(() => {
    leaving.abort()
    cancelled.resolve(null)
  })
  return Promise.race([prepare(leaving.signal), cancelled.promise])
}

type Said = NumberedEvent['event']['type']

/** Sorts an answer's lines: what is shown, what it took, why it failed. */
function createHearing() {
  let fault: { code: string; message: string } | null = null
  let tokens: Ending['tokens'] = null

  const pieces = { text: createStorablePieces(), reasoning: createStorablePieces() }
  const said = (type: Said, text: string) => [{ type, text: pieces[type].next(text) }]

  const eventsOf = (line: AnswerLine): NumberedEvent['event'][] => {
    switch (line.type) {
      case 'text':
      case 'refusal':
        return said('text', line.text)
      case 'reasoning':
        return said('reasoning', line.text)
      case 'usage':
        tokens = { total: line.usage.input + line.usage.output, isEstimated: line.isEstimated }
        if (line.isCut) fault = { code: 'token_limit_exceeded', message: 'No tokens are left.' }
        return []
      case 'error':
        fault = { code: line.code, message: line.message }
        return []
      default:
        return []
    }
  }
  return {
    hear: (lines: AnswerLine[]) => lines.flatMap(eventsOf).filter(({ text }) => text !== ''),
    /** What a text ended with that was no whole character. */
    rest: () => [{ type: 'text' as const, text: pieces.text.rest() }].filter(({ text }) => text !== ''),
    ending(end: { fault: AppError | null; isStopped: boolean; cancellation: Cancellation }): Ending {
      if (end.isStopped) return { status: 'stopped', fault: null, tokens }
      if (end.cancellation.reason === 'shutdown') return { status: 'interrupted', fault: null, tokens }
      const why = fault ?? (end.fault && { code: end.fault.code, message: end.fault.message })
      return { status: why ? 'failed' : 'complete', fault: why, tokens }
    },
  }
}

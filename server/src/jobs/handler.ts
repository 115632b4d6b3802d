import { setTimeout as sleep } from 'node:timers/promises'
import type { Job, JobResult } from 'pg-boss'
import type { DatabaseLog } from '../db/index.ts'
import { FinalFailure } from './final-failure.ts'
import type { Queue } from './queue.ts'

/** One try of a job, as its handler sees it. */
export type Attempt = {
  jobId: string
  /** 1 for the first. */
  number: number
  /** Aborts when the try has taken too long, or is given up because the process ends. */
  signal: AbortSignal
}

/**
 * Does the work of a job. It runs at least once: after a crash, or when its end could not be written down, again.
 * Throwing asks for another try; a `FinalFailure` for none.
 */
export type Handler<Payload> = (payload: Payload, attempt: Attempt) => Promise<void>

type Work<Payload extends object> = { queue: Queue<Payload>; handler: Handler<Payload>; log: DatabaseLog }

/** A handler of single jobs as one of batches: every job ends by itself, and none holds up the others for long. */
export const batchHandler =
  <Payload extends object>(work: Work<Payload>) =>
  (batch: Job[]): Promise<JobResult[]> =>
    Promise.all(batch.map((job) => outcome(work, job)))

async function outcome<Payload extends object>(work: Work<Payload>, job: Job): Promise<JobResult> {
  const { id, retryCount } = job
  const { queue, log } = work
  try {
    await attempt(work, job)
    return { id, status: 'completed' }
  } catch (error) {
    if (error instanceof FinalFailure) return { id, status: 'deadletter', output: error }
    // Said once while it may still succeed; the end is told by the queue of failed jobs.
    if (retryCount === 0 && queue.triesMax > 1) {
      log.warn({ queue: queue.name, jobId: id, reason: String(error) }, 'a job will be tried again')
    }
    return { id, status: 'failed', output: error }
  }
}

async function attempt<Payload extends object>(
  { queue, handler }: Work<Payload>,
  { id, data, retryCount, signal: ended }: Job,
): Promise<void> {
  const parsed = queue.payload.safeParse(data)
  if (!parsed.success) {
    throw new FinalFailure(`The payload is not that of ${queue.name}.`, { cause: parsed.error })
  }
  const { timeoutSeconds } = queue
  const given = new AbortController()
  const settled = new AbortController()
  // Not AbortSignal.any: nothing would hold on to it but the handler.
  ended.addEventListener('abort', () => given.abort(ended.reason), { once: true, signal: settled.signal })
  const work = handler(parsed.data, { jobId: id, number: retryCount + 1, signal: given.signal })
  const timeout = sleep(timeoutSeconds * 1000, undefined, { signal: settled.signal, ref: false }).then(() => {
    const error = new Error(`It took longer than ${timeoutSeconds} seconds.`)
    given.abort(error)
    throw error
  })
  timeout.catch(() => {}) // after the end nobody asks for it
  try {
    await Promise.race([work, timeout])
  } finally {
    settled.abort()
  }
}

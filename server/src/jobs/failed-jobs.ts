import type { JobWithMetadata, PgBoss } from 'pg-boss'
import type { DatabaseLog } from '../db/index.ts'

/** Where pg-boss puts a copy of every job that has failed, however it failed: of an error, or with its process. */
export const failedQueue = 'failed-jobs'

/** Logs every job that has failed, once, with its cause; the job itself stays in its queue for a week. */
export function reportFailedJobs(boss: PgBoss, log: DatabaseLog): Promise<string> {
  const report = async (failed: JobWithMetadata[]): Promise<void> => {
    for (const { sourceName, sourceId, sourceRetryCount, sourceOutput } of failed) {
      const tries = (sourceRetryCount ?? 0) + 1
      log.error({ queue: sourceName, jobId: sourceId, tries, err: sourceOutput }, 'a job has failed')
    }
  }
  return boss.work(
    failedQueue,
    { includeMetadata: true, pollingIntervalSeconds: 5, batchSize: 20, burstWhenBatchFull: true },
    report,
  )
}

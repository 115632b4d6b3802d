import type { FailedJob, Feature, FeatureSwitch, JobQueue } from '@portal/contract'
import type { AuditAction } from '../audit/index.ts'
import { AppError } from '../errors.ts'
import type { Acting, AdministrationDeps } from './deps.ts'
import { recordAct } from './record.ts'

type JobsAsked = { queue?: string | undefined; cursor?: string | undefined; limit: number }
type Job = { queue: string; jobId: string }

/** Jobs and switches. */
export type Operations = {
  queues: () => Promise<JobQueue[]>
  /** The newest first. @throws AppError invalid_request for a cursor that is none */
  failedJobs: (asked: JobsAsked) => Promise<{ data: FailedJob[]; nextCursor: string | null }>
  /** @throws AppError not_found, or conflict where it could do nothing any more */
  retryJob: (acting: Acting, job: Job) => Promise<JobQueue[]>
  /** @throws AppError not_found */
  discardJob: (acting: Acting, job: Job) => Promise<JobQueue[]>
  switches: () => Promise<FeatureSwitch[]>
  /** Counts for the very next request. */
  setSwitch: (acting: Acting, change: { feature: Feature; isOn: boolean }) => Promise<FeatureSwitch[]>
}

/** Builds it. */
export function createOperations(deps: AdministrationDeps): Operations {
  const { db, mailDeliveries, switches, now } = deps
  const { inspection } = deps.jobs
  const record = (acting: Acting, action: AuditAction, details: Record<string, string | boolean>) =>
    db.transaction().execute((trx) => recordAct(trx, acting, { action, atMs: now(), details }))

  return {
    queues: inspection.queues,
    async failedJobs({ queue = null, cursor = null, limit }) {
      if (cursor !== null && !isJobCursor.test(cursor))
        throw new AppError('invalid_request', {
          message: 'cursor: Expected the nextCursor of the page before.',
          param: 'cursor',
        })
      return inspection.failed({ queue, before: cursor, limit })
    },
    async retryJob(acting, { queue, jobId }) {
      const payload = await inspection.payloadOfFailed(queue, jobId)
      if (!payload) throw noSuchJob()
      await mailDeliveries.requireUnended({ queue, payload })
      if (!(await inspection.retry(queue, jobId))) throw noSuchJob()
      await record(acting, 'administration.job-retried', { name: queue, jobId })
      return inspection.queues()
    },
    async discardJob(acting, { queue, jobId }) {
      if (!(await inspection.discard(queue, jobId))) throw noSuchJob()
      await record(acting, 'administration.job-discarded', { name: queue, jobId })
      return inspection.queues()
    },
    switches: switches.list,
    async setSwitch(acting, { feature, isOn }) {
      const at = new Date(now())
      await db.transaction().execute(async (trx) => {
        if (!(await switches.set(trx, { feature, isOn, at }))) return
        const details = { name: feature, to: isOn ? 'on' : 'off', from: isOn ? 'off' : 'on' }
        await recordAct(trx, acting, { action: 'administration.switch-changed', atMs: now(), details })
      })
      switches.forget()
      return switches.list()
    },
  }
}

const isJobCursor = /^\d{1,16}_[0-9a-f-]{36}$/

const noSuchJob = (): AppError =>
  new AppError('not_found', { message: 'There is no such job that was given up. It may have been done.' })

import type { ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { startPinned, stop } from '../processes/index.ts'
import type { Job, Outcome, Report } from './job.ts'

/** The load generator, seen from the bench; one job at a time. */
export type Generator = {
  /** @throws Error when the job cannot be run */
  run(job: Job, onHeld?: (open: number) => void): Promise<Outcome>
  stop(): Promise<void>
}

/** Starts the generator on a core. */
export function startGenerator(core: number): Generator {
  const child = startPinned({
    core,
    args: [process.execPath, fileURLToPath(new URL('./main.ts', import.meta.url))],
    channel: true,
  })
  return { run: (job, onHeld) => runJob(child, job, onHeld), stop: () => stop(child) }
}

function runJob(child: ChildProcess, job: Job, onHeld?: (open: number) => void): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const onExit = () => reject(new Error('The load generator ended.'))
    const onReport = (report: Report) => {
      if (report.kind === 'held') return onHeld?.(report.open)
      child.off('message', onReport).off('exit', onExit)
      if (report.kind === 'done') resolve(report.outcome)
      else reject(new Error(report.reason))
    }
    child.on('message', onReport).once('exit', onExit)
    child.send(job)
  })
}

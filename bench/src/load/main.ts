// The load generator: a process of its own that takes jobs over the channel to its parent.
import type { Job, Report } from './job.ts'
import { runClosed, runHold, runOpen } from './loops.ts'

const report = (message: Report) => process.send?.(message)

process.on('message', (job: Job) => {
  run(job).then(
    (outcome) => report({ kind: 'done', outcome }),
    (error: Error) => report({ kind: 'failed', reason: error.message }),
  )
})
process.on('disconnect', () => process.exit())

function run(job: Job) {
  if (job.kind === 'closed') return runClosed(job)
  if (job.kind === 'open') return runOpen(job)
  return runHold(job, (open) => report({ kind: 'held', open }))
}

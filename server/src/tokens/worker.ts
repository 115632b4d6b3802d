import { parentPort } from 'node:worker_threads'
import { createCounting } from './counting.ts'

const counting = createCounting()
let isRunning = false

parentPort?.on('message', (job) => {
  counting.add(job)
  if (!isRunning) run()
})

/** A slice of each job in turn: a short one never waits for a long one, and messages get in between. */
function run(): void {
  isRunning = counting.hasJobs
  if (!isRunning) return
  for (const done of counting.advance()) parentPort?.postMessage(done)
  setImmediate(run)
}

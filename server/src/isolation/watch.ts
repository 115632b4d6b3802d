// Runs beside the work in the same process, on a thread of its own: a parser that never comes back to its event loop
// is stopped all the same, and so is one whose portal has been killed. Kills, since nothing gentler is certain.
import { workerData } from 'node:worker_threads'

/** What the process may use. */
export type Bounds = { memoryBytesMax: number; timeMsMax: number }

const { memoryBytesMax, timeMsMax }: Bounds = workerData
const lookEveryMs = 10

setInterval(() => {
  if (process.memoryUsage.rss() > memoryBytesMax) process.kill(process.pid, 'SIGKILL')
}, lookEveryMs)
// Later than the portal's own clock: who is still there tells a timeout from too much memory.
setTimeout(() => process.kill(process.pid, 'SIGKILL'), timeMsMax + 2000)

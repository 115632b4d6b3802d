import { readFileSync } from 'node:fs'
import { Worker } from 'node:worker_threads'
import type { Bounds } from './watch.ts'

/** What the portal asks of the process it has started: its bounds, and a task in the words of the program. */
export type Order = { bounds: Bounds; task: unknown }

/**
 * The whole life of an isolated process: takes the file from stdin and the task it was started with, sends what
 * `work` resolves to, and ends. What `work` throws ends it without an answer.
 */
export async function answerTask<Task>(work: (file: Buffer, task: Task) => Promise<unknown>): Promise<void> {
  const order: Order & { task: Task } = JSON.parse(process.argv[2] ?? '{}')
  new Worker(new URL('./watch.ts', import.meta.url), { workerData: order.bounds }).unref()
  const answer = await work(readFileSync(0), order.task)
  process.send?.(answer, () => process.exit())
}

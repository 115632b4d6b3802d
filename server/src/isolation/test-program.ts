// What a reader might do at its worst, on request.
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { answerTask } from './index.ts'

/** What the program is asked to do. */
export type Mischief =
  | { does: 'echo' | 'loop' | 'fill buffers' | 'fill the heap' | 'throw' | 'exit' | 'look around' }
  | { does: 'read' | 'write'; path: string }

const attempts: Record<string, (task: { path: string }) => unknown> = {
  loop() {
    for (;;);
  },
  'fill buffers'() {
    const kept: Buffer[] = []
    for (;;) kept.push(Buffer.alloc(4 * 1024 ** 2, 1))
  },
  'fill the heap'() {
    const kept: unknown[] = []
    for (;;) kept.push({ some: [kept.length, `${kept.length}`] })
  },
  throw() {
    throw new Error('the parser fell over')
  },
  exit: () => process.exit(0),
  // biome-ignore lint/style/noProcessEnv: to see that there is nothing
  'look around': () => ({ env: Object.keys(process.env), folder: process.cwd() }),
  read: ({ path }) => readFileSync(path, 'utf8'),
  write: ({ path }) => writeFileSync(path, 'x'),
  spawn: () => spawnSync('/bin/true').status,
  evaluate: () => new Function('return 1')(),
}

await answerTask<{ does: string; path: string }>(async (file, task) => {
  if (task.does === 'echo') return file.toString()
  try {
    return await attempts[task.does]?.(task)
  } catch (error) {
    if (task.does === 'throw') throw error
    return error instanceof Error ? error.message : error
  }
})

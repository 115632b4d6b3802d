import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { eventually } from '../test/index.ts'
import { createIsolation, type Isolation } from './index.ts'

type Mischief = { does: string; path?: string }

const onCrash = vi.fn()
const program = new URL('./test-program.ts', import.meta.url)
const bounds = { memoryBytesMax: 200 * 1024 ** 2, timeMsMax: 15_000 }
let folder: string
let file: string
let isolation: Isolation<Mischief, unknown>

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portal-isolation-'))
  file = join(folder, 'file')
  await writeFile(file, 'what is in the file')
  isolation = createIsolation({ program, bounds, processesMax: 2, onCrash })
})
afterAll(async () => {
  await isolation.close()
  await rm(folder, { recursive: true })
})

/** How many processes of ours there are. */
const processes = () => process.getActiveResourcesInfo().filter((name) => name === 'ProcessWrap').length
const run = (does: string, path = file) => isolation.run(file, { does, path })

test('a program has the file it is given, and its answer comes back', async () => {
  expect(await run('echo')).toEqual({ answer: 'what is in the file' })
})

test('[FX5] what never ends is ended, though it leaves its process no moment', async () => {
  const hasty = createIsolation<Mischief, unknown>({ program, bounds: { ...bounds, timeMsMax: 1_500 } })
  expect(await hasty.run(file, { does: 'loop' })).toEqual({ breach: 'time' })
})

test.each(['fill buffers', 'fill the heap'])('[FX5] a process that begins to %s is ended', async (does) => {
  expect(await run(does)).toEqual({ breach: 'memory' })
})

test('[FX5] an error and an early end are told apart from an answer, and what was said last is kept', async () => {
  expect(await run('throw')).toEqual({ breach: 'crash' })
  expect(onCrash).toHaveBeenLastCalledWith(expect.stringContaining('the parser fell over'))
  expect(await run('exit')).toEqual({ breach: 'crash' })
})

test('[FX5] a program sees no environment, no other file, and starts no program', async () => {
  const { answer } = (await run('look around')) as { answer: { env: string[]; folder: string } }
  expect(answer.env.filter((name) => !name.startsWith('NODE_CHANNEL'))).toEqual([])
  expect(answer.folder).toBe('/')
  for (const [does, path] of [
    ['read', file],
    ['read', '/etc/passwd'],
    ['write', join(folder, 'new')],
    ['spawn', ''],
  ]) {
    expect(await run(does ?? '', path), does).toEqual({ answer: expect.stringContaining('restricted') })
  }
  expect(await run('evaluate')).toEqual({ answer: expect.stringContaining('Code generation') })
})

test('[FX9] after close no process is left, and what waited is told', async () => {
  const closing = createIsolation<Mischief, unknown>({ program, bounds })
  const first = closing.run(file, { does: 'loop' })
  const second = closing.run(file, { does: 'echo' })
  await eventually(() => expect(processes()).toBe(1))
  await closing.close()
  await eventually(() => expect(processes()).toBe(0))
  expect(await Promise.all([first, second])).toEqual([{ breach: 'closed' }, { breach: 'closed' }])
})

test('[FX5] a process whose portal was killed ends by itself, even in an endless loop', async () => {
  const order = JSON.stringify({ bounds: { ...bounds, timeMsMax: 100 }, task: { does: 'loop' } })
  const orphan = spawn(process.execPath, [fileURLToPath(program), order], { stdio: 'ignore' })
  expect(await once(orphan, 'exit')).toEqual([null, 'SIGKILL'])
})

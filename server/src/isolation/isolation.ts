// Strangers' files are read in processes of their own: one for each file, so that nothing of one person's file is
// there for the next; without environment, so that no secret is; and, by Node's permissions, without any file but the
// code and the one that is handed in, without other programs, and without code made from text.
import { type ChildProcess, spawn } from 'node:child_process'
import { open } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Order } from './answer-task.ts'
import { createTurns } from './turns.ts'
import type { Bounds } from './watch.ts'

/** What came of it: the program's answer, or why there is none. */
export type Outcome<Answer> = { answer: Answer } | { breach: 'time' | 'memory' | 'crash' | 'closed' }

type IsolationOptions = {
  /** The module to run; it calls `answerTask`. */
  program: URL
  bounds: Bounds
  /** How many processes at once; one unless said. */
  processesMax?: number
  /** Whether the program loads native code. */
  hasAddons?: boolean
  /** Told what a process that crashed wrote last. */
  onCrash?: (said: string) => void
}

/** A program that is run apart, once for each file. */
export type Isolation<Task, Answer> = {
  /**
   * Hands the file at `path` to a new process when it is its turn.
   * @throws the file system's error when the file cannot be opened
   */
  run(path: string, task: Task): Promise<Outcome<Answer>>
  /** Ends what runs and refuses what waits; resolves when no process is left. */
  close(): Promise<void>
}

/** Prepares a program to run apart; no process is started before the first file. */
export function createIsolation<Task, Answer>(options: IsolationOptions): Isolation<Task, Answer> {
  const flags = flagsOf(options)
  const turns = createTurns(options.processesMax ?? 1)
  const running = new Map<ChildProcess, Promise<unknown>>()
  let isClosed = false

  async function start(path: string, task: Task): Promise<Outcome<Answer>> {
    const file = await open(path)
    try {
      if (isClosed) return { breach: 'closed' }
      const order: Order = { bounds: options.bounds, task }
      const child = spawn(process.execPath, [...flags, JSON.stringify(order)], {
        cwd: '/',
        env: {},
        stdio: [file.fd, 'ignore', 'pipe', 'ipc'],
        serialization: 'advanced',
      })
      const outcome = outcomeOf<Answer>(child, options)
      running.set(child, outcome)
      return await outcome.finally(() => running.delete(child))
    } finally {
      await file.close()
    }
  }

  return {
    async run(path, task) {
      const outcome = await turns.take(() => start(path, task))
      return isClosed && !('answer' in outcome) ? { breach: 'closed' } : outcome
    },
    async close() {
      isClosed = true
      const ends = [...running.values()]
      for (const child of running.keys()) child.kill('SIGKILL')
      await Promise.allSettled(ends)
    },
  }
}

function flagsOf({ program, bounds, hasAddons }: IsolationOptions): string[] {
  const source = dirname(import.meta.dirname)
  const modules = createRequire(program).resolve.paths('any') ?? []
  return [
    '--permission',
    '--allow-worker',
    '--disable-warning=SecurityWarning',
    ...(hasAddons ? ['--allow-addons'] : []),
    ...[source, join(source, '../package.json'), ...modules].map((path) => `--allow-fs-read=${path}`),
    '--disallow-code-generation-from-strings',
    // The rest is for what lies outside of V8's heap, where files are.
    `--max-old-space-size=${Math.ceil((bounds.memoryBytesMax * 0.7) / 1024 ** 2)}`,
    fileURLToPath(program),
  ]
}

const stderrCharactersMax = 2000

function outcomeOf<Answer>(child: ChildProcess, options: IsolationOptions): Promise<Outcome<Answer>> {
  return new Promise((resolve) => {
    let answer: { answer: Answer } | null = null
    let isLate = false
    let said = ''
    const clock = setTimeout(() => {
      isLate = true
      child.kill('SIGKILL')
    }, options.bounds.timeMsMax)
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-stderrCharactersMax)
    })
    child.on('message', (message: Answer) => {
      answer = { answer: message }
    })
    // Where it could not be started at all; 'close' comes then too.
    child.on('error', (error) => {
      said = error.message
    })
    child.on('close', (_code, signal) => {
      clearTimeout(clock)
      const breach = isLate ? 'time' : breachOf(signal)
      if (!answer && breach === 'crash') options.onCrash?.(said)
      resolve(answer ?? { breach })
    })
  })
}

/** The watch and the kernel kill a process that has grown too large, V8 aborts where its heap has. */
const breachOf = (signal: NodeJS.Signals | null): 'memory' | 'crash' =>
  signal === 'SIGKILL' || signal === 'SIGABRT' ? 'memory' : 'crash'

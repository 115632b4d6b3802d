// Processes that the tests start, and the end of every one of them whatever happens.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

/** A process under test. */
export type Running = {
  pid: number
  /** What it has written to stdout and stderr so far. */
  stdout(): string
  stderr(): string
  /** Resolves to its exit code, null when a signal ended it. */
  exited: Promise<number | null>
  signal(signal: NodeJS.Signals): void
}

type RunOptions = { env?: Record<string, string>; uid?: number; nodeOptions?: string[] }

const running = new Set<ChildProcess>()
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

/** Where Node keeps what it made of the sources, as for `npm start`: programs start in half the time. */
export const compileCache = fileURLToPath(new URL('../../../../node_modules/.cache/node', import.meta.url))

/**
 * Runs a TypeScript program under the Node that runs the tests, with nothing in its environment but `env` and where
 * compiled sources are kept.
 */
export function runNode(program: string, args: string[], options: RunOptions = {}): Running {
  const { env = {}, uid, nodeOptions = [] } = options
  const child = spawn(process.execPath, [...nodeOptions, program, ...args], {
    cwd: '/',
    env: { NODE_COMPILE_CACHE: compileCache, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(uid !== undefined && { uid, gid: uid }),
  })
  running.add(child)
  const said = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      said[name] += text
    })
  }
  // An orphan may go on holding the pipes: the exit alone counts.
  const exited = once(child, 'exit').then(([code]: (number | null)[]) => {
    running.delete(child)
    return code ?? null
  })
  return {
    pid: child.pid ?? 0,
    stdout: () => said.stdout,
    stderr: () => said.stderr,
    exited,
    signal: (signal) => void child.kill(signal),
  }
}

/** Sends a signal to each process that is still there. */
export function signalAll(pids: readonly number[], signal: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, signal)
    } catch {
      // it has ended already
    }
  }
}

/** Process ids of the direct children of a process. */
export function childrenOf(pid: number): number[] {
  const table = ps('-A', '-o', 'pid=,ppid=')
  return table.flatMap(([child, parent]) => (Number(parent) === pid ? [Number(child)] : []))
}

/** Whether a process runs; a zombie does not. */
export function isRunning(pid: number): boolean {
  return ps('-A', '-o', 'pid=,stat=').some(([id, state]) => Number(id) === pid && !state?.startsWith('Z'))
}

/** User id that a process runs as. */
export function ownerOf(pid: number): number {
  return Number(ps('-o', 'uid=', '-p', String(pid))[0]?.[0])
}

/** Resident memory of a process in MiB. */
export function residentMiB(pid: number): number {
  return Number(ps('-o', 'rss=', '-p', String(pid))[0]?.[0]) / 1024
}

function ps(...args: string[]): string[][] {
  const lines = execFileSync('ps', args, { encoding: 'utf8' }).split('\n')
  return lines.map((line) => line.trim().split(/\s+/)).filter(([first]) => first !== '')
}

/** Resolves to the first result that `attempt` does not throw at, or rejects with what it threw last. */
export async function eventually<Result>(
  attempt: () => Result | Promise<Result>,
  patienceMs = 20_000,
): Promise<Result> {
  const deadline = performance.now() + patienceMs
  for (;;) {
    try {
      return await attempt()
    } catch (error) {
      if (performance.now() > deadline) throw error
      await sleep(20)
    }
  }
}

import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { isRoot } from './root.ts'

export type Start = {
  core: number
  /** The program and what it is given. */
  args: string[]
  env?: Record<string, string>
  /** Where its output goes; without, nowhere (a channel's stderr goes to ours). */
  logFile?: string
  channel?: boolean
  cwd?: string
}

// 10,000 streams are 20,000 sockets in a gateway.
const openFilesMax = 100_000

/** Starts a program on one core, with room for many sockets; its pid is the program's own. */
export function startPinned({ core, args, env = {}, logFile, channel = false, cwd }: Start): ChildProcess {
  const raise = isRoot() ? ['prlimit', `--nofile=${openFilesMax}:${openFilesMax}`] : []
  const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`)
  const [file = '', ...rest] = [...raise, 'taskset', '-c', String(core), 'env', ...variables, ...args]
  const log = logFile ? openSync(logFile, 'a') : null
  const output = log ?? 'ignore'
  const child = spawn(file, rest, {
    stdio: channel ? ['ignore', output, 'inherit', 'ipc'] : ['ignore', output, output],
    ...(cwd && { cwd }),
  })
  if (log !== null) closeSync(log)
  running.add(child)
  child.once('exit', () => running.delete(child))
  return child
}

const running = new Set<ChildProcess>()

/** Asks a process we started to end, and ends it when it does not. */
export async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  const patience = sleep(15_000, 'late', { ref: false })
  if ((await Promise.race([ended, patience])) === 'late') child.kill('SIGKILL')
  await ended
}

/** Ends whatever is left of what we started. */
export async function stopAll(): Promise<void> {
  await Promise.all([...running].map(stop))
}

/** Moves living processes to a core, with all their threads. */
export function pin(pids: readonly number[], core: number): void {
  for (const pid of pids) {
    try {
      execFileSync('taskset', ['-a', '-c', '-p', String(core), String(pid)], { stdio: 'ignore' })
    } catch {
      // It ended meanwhile.
    }
  }
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** Waits until something answers HTTP there. @throws Error after 30 s or when the process has ended */
export async function untilAnswers(url: string, child: ChildProcess): Promise<void> {
  const giveUpAt = performance.now() + 30_000
  while (performance.now() < giveUpAt) {
    if (child.exitCode !== null) throw new Error(`The process for ${url} ended with ${child.exitCode}.`)
    const answers = await fetch(url).then(
      (response) => response.body?.cancel().then(() => true) ?? true,
      () => false,
    )
    if (answers) return
    await sleep(50)
  }
  throw new Error(`Nothing answers at ${url}.`)
}

import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { type AddressInfo, connect, createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

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

/** Starts a program on one core; its pid is the program's own. Node raises its own limit of open files to the hard one. */
export function startPinned({ core, args, env = {}, logFile, channel = false, cwd }: Start): ChildProcess {
  const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`)
  const [file = '', ...rest] = ['taskset', '-c', String(core), 'env', ...variables, ...args]
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

/** Waits until something listens there. @throws Error after 30 s or when the process has ended */
export async function untilListens(port: number, child: ChildProcess): Promise<void> {
  const giveUpAt = performance.now() + 30_000
  while (performance.now() < giveUpAt) {
    if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode} when it was started`)
    if (await isListening(port)) return
    await sleep(50)
  }
  throw new Error('it did not start within 30 s')
}

async function isListening(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}

import { readdirSync, readFileSync } from 'node:fs'

// USER_HZ, which Linux fixes at 100 on every platform Node runs on.
const ticksPerSecond = 100

/** CPU seconds used so far by these processes, all threads, user and system; ended ones count nothing. */
export function cpuSecondsOf(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + cpuTicksOf(pid), 0) / ticksPerSecond
}

function cpuTicksOf(pid: number): number {
  const stat = readProc(pid, 'stat')
  // Fields after the name, which may hold spaces: state is the first, utime and stime are 12 and 13 (proc(5)).
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return stat === '' ? 0 : Number(fields[11]) + Number(fields[12])
}

/** Resident memory of a process in KiB. */
export function residentKibOf(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readProc(pid, 'status'))?.[1] ?? 0)
}

/** Every living process below this one. */
export function descendantsOf(pid: number): number[] {
  const threads = listThreads(pid)
  const children = threads.flatMap((thread) =>
    readProc(pid, `task/${thread}/children`).split(' ').filter(Boolean).map(Number),
  )
  return children.flatMap((child) => [child, ...descendantsOf(child)])
}

function listThreads(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`)
  } catch {
    return []
  }
}

function readProc(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8')
  } catch {
    return ''
  }
}

/** How many files a process may open at most. */
export const openFilesMax = (): number =>
  Number(/Max open files\s+\d+\s+(\d+)/.exec(readProc(process.pid, 'limits'))?.[1] ?? 1024)

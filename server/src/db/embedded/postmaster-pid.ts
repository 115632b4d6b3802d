// postmaster.pid, the file by which a PostgreSQL server claims its data directory.
// Format: https://www.postgresql.org/docs/18/storage-file-layout.html and src/include/utils/pidfile.h.
import { execFile } from 'node:child_process'
import { constants, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** A server that claims a data directory. */
export interface PidFile {
  pid: number
  socketDir: string
  status: string
}

/** What postmaster.pid says, whether or not that process is still there. */
export async function readPidFile(data: string): Promise<PidFile | undefined> {
  const text = await readFile(join(data, 'postmaster.pid'), 'utf8').catch(() => '')
  const lines = text.split('\n').map((line) => line.trim())
  const pid = Number(lines[0])
  return pid > 0 ? { pid, socketDir: lines[4] ?? '', status: lines[7] ?? '' } : undefined
}

/** The living server of a data directory. */
export async function findPostmaster(data: string): Promise<PidFile | undefined> {
  const file = await readPidFile(data)
  return file && (await isPostmaster(file.pid, data)) ? file : undefined
}

/**
 * Whether `pid` is a living server on `data`: neither a zombie, whose command line is empty, nor another program
 * that got the same id after a restart of the machine or container.
 */
export async function isPostmaster(pid: number, data: string): Promise<boolean> {
  return (await commandLine(pid)).includes(` -D ${data} -k `)
}

async function commandLine(pid: number): Promise<string> {
  if (process.platform === 'linux') {
    const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
    return line.replaceAll('\0', ' ')
  }
  return promisify(execFile)('ps', ['-ww', '-o', 'command=', '-p', String(pid)]).then(
    ({ stdout }) => stdout,
    () => '',
  )
}

/** Whether a process id is taken, be it by a zombie. */
export function isTaken(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

/**
 * Makes the lock of a dead server passable where PostgreSQL itself would take its process id, now a zombie's or
 * a stranger's, for a live server. The data directory's lock is not deleted but given our own id: PostgreSQL
 * ignores its parent's id, and still checks the shared memory named in the file, so that it never starts beside
 * processes of the dead server that have not ended yet.
 */
export async function passStaleLock(data: string): Promise<void> {
  const stale = await readPidFile(data)
  if (!stale || !isTaken(stale.pid) || (await isPostmaster(stale.pid, data))) return
  const path = join(data, 'postmaster.pid')
  const [owner, ...rest] = (await readFile(path, 'utf8')).split('\n')
  if (Number(owner) !== stale.pid) return // another process is starting it right now
  // No link is followed: as root we write in a folder of a lesser account.
  const flag = constants.O_WRONLY | constants.O_TRUNC | constants.O_NOFOLLOW
  await writeFile(path, [String(process.pid), ...rest].join('\n'), { flag })
  if (stale.socketDir) await rm(join(stale.socketDir, '.s.PGSQL.5432.lock'), { force: true })
}

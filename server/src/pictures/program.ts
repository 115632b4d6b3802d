import { type ExecFileOptionsWithBufferEncoding, execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

const usualFolders = ['/usr/bin', '/usr/local/bin', '/opt/homebrew/bin']
const outputBytesMax = 16 * 1024 ** 2

/** Where a program is installed; null where it is not. */
export const findProgram = (name: string, folders = usualFolders): string | null =>
  folders.map((folder) => join(folder, name)).find(existsSync) ?? null

type Bounds = { timeMsMax: number; memoryBytesMax: number; signal: AbortSignal }

// The shell bounds itself and becomes the program; what it runs and with what are no text of its own. Where it cannot
// (macOS), the program runs without this bound.
const bounded = 'ulimit -v "$1" 2>/dev/null; shift; exec "$@"'
// A thread's own heap alone would take 64 MiB of addresses.
const env = { MALLOC_ARENA_MAX: '1' }

/**
 * Runs a program without anything of this process's environment; resolves to what it wrote, or to null when it failed or
 * was ended.
 */
export function runProgram(
  program: string,
  args: string[],
  { timeMsMax, memoryBytesMax, signal }: Bounds,
): Promise<Buffer | null> {
  return new Promise((resolve) => {
    const whole = ['-c', bounded, 'sh', String(memoryBytesMax / 1024), program, ...args]
    const options: ExecFileOptionsWithBufferEncoding = {
      ...{ env, cwd: '/', encoding: 'buffer', maxBuffer: outputBytesMax },
      ...{ timeout: timeMsMax, killSignal: 'SIGKILL', signal },
    }
    execFile('/bin/sh', whole, options, (error, stdout) => resolve(error ? null : stdout))
  })
}

import { type ExecFileOptionsWithBufferEncoding, execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

const usualFolders = ['/usr/bin', '/usr/local/bin', '/opt/homebrew/bin']
const outputBytesMax = 16 * 1024 ** 2

/** Where a program is installed; null where it is not. */
export const findProgram = (name: string, folders = usualFolders): string | null =>
  folders.map((folder) => join(folder, name)).find(existsSync) ?? null

/** Runs a program without a shell or environment; resolves to what it wrote, or to null when it failed or was ended. */
export function runProgram(
  program: string,
  args: string[],
  { timeMsMax, signal }: { timeMsMax: number; signal: AbortSignal },
): Promise<Buffer | null> {
  return new Promise((resolve) => {
    const options: ExecFileOptionsWithBufferEncoding = {
      ...{ env: {}, cwd: '/', encoding: 'buffer', maxBuffer: outputBytesMax },
      ...{ timeout: timeMsMax, killSignal: 'SIGKILL', signal },
    }
    execFile(program, args, options, (error, stdout) => resolve(error ? null : stdout))
  })
}

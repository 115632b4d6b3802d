// Operators' commands as tests run them: in this process, on a database of the test's.
import { Readable } from 'node:stream'
import { runAdmin } from './run-admin.ts'

export const password = 'SecureP@ssw0rd!'

/** How a command ended: its exit code, what it wrote, and the last line of that. */
export type Ended = { code: number; stdout: string; stderr: string; last: string }

/** Runs a command in this process, with the password on its stdin. */
export const admin = (environment: Record<string, string>, ...args: string[]): Promise<Ended> =>
  adminReading(`${password}\n`, environment, ...args)

/** The same with something else on its stdin. */
export async function adminReading(
  stdin: string,
  environment: Record<string, string>,
  ...args: string[]
): Promise<Ended> {
  const out: string[] = []
  const err: string[] = []
  const invocation = {
    print: (line: string) => void out.push(line),
    complain: (line: string) => void err.push(line),
    terminal: { input: Readable.from([stdin]), prompt: () => {} },
  }
  const code = await runAdmin({ args, environment, ...invocation })
  return {
    code,
    stdout: out.map(withNewline).join(''),
    stderr: err.map(withNewline).join(''),
    last: out.at(-1) ?? '',
  }
}

const withNewline = (line: string): string => `${line}\n`

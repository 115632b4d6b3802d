import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'
import { UsageError } from './options.ts'

/** Where a password comes from, and where it is asked for. */
export type Terminal = {
  /** Stdin: a terminal where `isTTY` says so. */
  input: NodeJS.ReadableStream & { isTTY?: boolean }
  /** Shows a prompt: text without a line's end. */
  prompt: (text: string) => void
}

/**
 * Reads a password: the first line of the input or, at a terminal, what is typed there twice without being shown.
 * @throws UsageError when there is none, or the two differ
 */
export async function readPassword({ input, prompt }: Terminal): Promise<string> {
  const terminal = input.isTTY === true
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
  const lines = createInterface({ input, output: nowhere, terminal })
  const typed = lines[Symbol.asyncIterator]()
  const ask = async (question: string): Promise<string> => {
    if (terminal) prompt(question)
    const { value = '' } = await typed.next()
    if (terminal) prompt('\n')
    return value
  }
  try {
    const password = await ask('Password: ')
    if (!password) throw new UsageError('--password-stdin: No password was given.')
    if (terminal && (await ask('The same again: ')) !== password) {
      throw new UsageError('--password-stdin: The two passwords differ.')
    }
    return password
  } finally {
    lines.close()
  }
}

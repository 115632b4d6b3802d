import { readConfig } from '../config.ts'
import { AppError } from '../errors.ts'
import { type Command, commands } from './commands.ts'
import { helpOf, helpOfAll, parseOptions, UsageError } from './options.ts'
import { readPassword, type Terminal } from './read-password.ts'

type Invocation = {
  /** The command and its options. */
  args: readonly string[]
  environment: Record<string, string | undefined>
  /** Writes a line to stdout. */
  print: (line: string) => void
  /** Writes a line to stderr. */
  complain: (line: string) => void
  terminal: Terminal
}

/** Runs one operator's command; resolves to the exit code: 0 done, 1 failed, 2 not asked for rightly. */
export async function runAdmin(invocation: Invocation): Promise<number> {
  const [name = ''] = invocation.args
  try {
    await run(invocation)
    return 0
  } catch (error) {
    invocation.complain(error instanceof Error ? error.message : String(error))
    const isAskedWrongly = error instanceof UsageError || (error instanceof AppError && error.status === 400)
    if (!isAskedWrongly) return 1
    invocation.complain(`See: npm run admin -- ${commandOf(name) ? `${name} ` : ''}--help`)
    return 2
  }
}

async function run({ args, environment, print, terminal }: Invocation): Promise<void> {
  const [name = '', ...given] = args
  if (isHelp(name)) return print(helpOfAll(commands))
  const command = commandOf(name)
  if (!command) throw new UsageError(name ? `There is no command "${name}".` : 'Say which command.')
  if (given.some(isHelp)) return print(helpOf(name, command))
  const options = parseOptions(command, given)
  const config = readConfig(environment)
  const act = await command.prepare(options, () => readPassword(terminal))
  await act(config, print)
}

const isHelp = (text: string): boolean => text === '--help' || text === '-h'
const commandOf = (name: string): Command | undefined =>
  Object.hasOwn(commands, name) ? commands[name] : undefined

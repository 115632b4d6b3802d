import { parseArgs } from 'node:util'
import { z } from 'zod'
import { invalidRequest } from '../http/index.ts'

/** The command line was not right: its message says in what. */
export class UsageError extends Error {}

/** What the help and the parser need to know of a command. */
export type CommandShape = {
  summary: string
  /** By name as on the command line. A string takes a value, a boolean none; `describe` says what it is. */
  options: z.ZodObject
}

type OptionSchema = { type?: string; description?: string; value?: string }
type Options = { properties: Record<string, OptionSchema>; required: readonly string[] }

const optionsOf = ({ options }: CommandShape): Options => {
  const { properties = {}, required = [] } = z.toJSONSchema(options, { io: 'input', unrepresentable: 'any' })
  return { properties: properties as Record<string, OptionSchema>, required }
}

const isSwitch = ({ type }: OptionSchema): boolean => type === 'boolean'

/**
 * Reads options from a command line.
 * @throws UsageError for unknown, missing and malformed ones
 */
export function parseOptions<Shape extends z.ZodObject>(
  command: CommandShape & { options: Shape },
  args: readonly string[],
): z.output<Shape> {
  const values = readArgs(command, args)
  const missing = optionsOf(command).required.filter((name) => values[name] === undefined)
  if (missing.length > 0) {
    throw new UsageError(`Missing: ${missing.map((name) => `--${name}`).join(', ')}.`)
  }
  const parsed = command.options.safeParse(values, { reportInput: true })
  if (parsed.success) return parsed.data
  const sentences = parsed.error.issues.map((issue) => invalidRequest(new z.ZodError([issue])).message)
  throw new UsageError(sentences.map((sentence) => `--${sentence}`).join('\n'))
}

function readArgs(command: CommandShape, args: readonly string[]): Record<string, unknown> {
  const options = Object.fromEntries(
    Object.entries(optionsOf(command).properties).map(([name, option]) => [
      name,
      { type: isSwitch(option) ? ('boolean' as const) : ('string' as const) },
    ]),
  )
  try {
    return parseArgs({ args: [...args], options, strict: true, allowPositionals: false }).values
  } catch (error) {
    // Node's first sentence names what is wrong; the rest is about its own conventions.
    const [sentence = ''] = String((error as Error).message).split(/\.\s|\n/)
    throw new UsageError(`${sentence.replace(/\.$/, '')}.`)
  }
}

/** Every command with a line of what it does. */
export function helpOfAll(commands: Record<string, CommandShape>): string {
  const rows = Object.entries(commands).map(([name, { summary }]) => [`  ${name}`, summary])
  return [
    'Usage: npm run admin -- <command> [options]',
    '',
    ...columns(rows),
    '',
    'Add --help to a command for its options.',
  ].join('\n')
}

/** One command with its options. */
export function helpOf(name: string, command: CommandShape): string {
  const { properties, required } = optionsOf(command)
  const rows = Object.entries(properties).map(([option, schema]) => [
    `  --${option}${isSwitch(schema) ? '' : ` ${schema.value ?? 'TEXT'}`}`,
    `${schema.description ?? ''}${required.includes(option) ? ' Required.' : ''}`,
  ])
  return [`Usage: npm run admin -- ${name} [options]`, '', command.summary, '', ...columns(rows)].join('\n')
}

/** Rows of text, padded so that their columns line up. */
export function columns(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)))
  return rows.map((row) =>
    row
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}

import { readFile } from 'node:fs/promises'
import { ModelDefinition, ProviderDefinition } from '@portal/contract'
import { z } from 'zod'
import { invalidRequest } from '../http/index.ts'

const keyForm = 'Write the key as text, or "env:" and the name of an environment variable.'
const whatItHolds = 'Write a JSON object with "providers" and "models".'

const ModelsFile = z.strictObject(
  {
    providers: z.record(
      z.string().min(1),
      ProviderDefinition.extend({ apiKey: z.string(keyForm).min(1, keyForm).optional() }),
    ),
    models: z.array(ModelDefinition).min(1),
  },
  { error: ({ code }) => (code === 'invalid_type' ? whatItHolds : undefined) },
)
export type ModelsFile = z.infer<typeof ModelsFile>

type Environment = Readonly<Record<string, string | undefined>>

/** Thrown with every problem of the models file at once, a sentence and a line each. */
export class ModelsFileError extends Error {}

/**
 * Reads MODELS_FILE and resolves its `env:NAME` keys.
 * @throws {ModelsFileError} with a sentence for each problem
 */
export async function readModelsFile(path: string, environment: Environment): Promise<ModelsFile> {
  const file = ModelsFile.safeParse(parse(path, await read(path)), { reportInput: true })
  if (!file.success) throw problemsOf(path, file.error.issues.map(sentence))
  const problems = [...crossProblems(file.data), ...resolveKeys(file.data, environment)]
  if (problems.length > 0) throw problemsOf(path, problems)
  return file.data
}

const problemsOf = (path: string, problems: string[]): ModelsFileError =>
  new ModelsFileError(`MODELS_FILE ${path} is not valid:\n${problems.join('\n')}`)

const sentence = (issue: z.core.$ZodIssue): string => invalidRequest(new z.ZodError([issue])).message

async function read(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    const { code = '', message } = cause as NodeJS.ErrnoException
    const reason = unreadable[code] ?? `${message}.`
    throw new ModelsFileError(`MODELS_FILE ${path} cannot be read: ${reason}`, { cause })
  }
}

const unreadable: Record<string, string> = {
  ENOENT: 'there is no such file. Set MODELS_FILE to the path of one.',
  EISDIR: 'it is a folder. Set MODELS_FILE to the path of a file.',
  EACCES: 'this user may not. Give the user that runs the portal the right to read it.',
}

function parse(path: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    // V8 goes on to quote what stands around the fault, which may be a key.
    const reason = (cause as Error).message.replace(/, (\.\.\.)?".*/s, '')
    throw new ModelsFileError(
      `MODELS_FILE ${path} is not valid JSON: ${reason}. Mend it there; JSON takes no comments and no comma before a closing bracket.`,
    )
  }
}

function crossProblems({ providers, models }: ModelsFile): string[] {
  const ids = models.map(({ id }) => id)
  return models.flatMap(({ id, targets }, i) => [
    ...(ids.indexOf(id) < i
      ? [`models[${i}].id: The model "${id}" is listed twice. Put the targets of both into one entry.`]
      : []),
    ...targets.flatMap(({ provider }, j) =>
      Object.hasOwn(providers, provider)
        ? []
        : [
            `models[${i}].targets[${j}].provider names "${provider}", which is not among the providers. Add it there, or name one of them.`,
          ],
    ),
  ])
}

/** Puts the environment's values in place of `env:NAME`; a sentence for each that cannot be. */
function resolveKeys({ providers }: ModelsFile, environment: Environment): string[] {
  return Object.entries(providers).flatMap(([name, provider]) => {
    if (!provider.apiKey?.startsWith('env:')) return []
    const variable = provider.apiKey.slice('env:'.length)
    const value = environment[variable]
    provider.apiKey = value
    return value ? [] : [`providers.${name}.apiKey: ${missing(variable)}`]
  })
}

// What is no name may be the key itself.
const missing = (variable: string): string =>
  /^[A-Za-z_]\w{0,63}$/.test(variable)
    ? `The key is taken from ${variable}, which is not set. Set it in the environment of the portal.`
    : 'Write the name of an environment variable after "env:".'

import { readFile } from 'node:fs/promises'
import { z } from 'zod'

const microusdPerMillion = z.int().min(0)

// Both would be lost on the way: the address is joined with a path, and the key has a field of its own.
const BaseUrl = z.url({ protocol: /^https?$/ }).refine((text) => {
  const url = URL.parse(text)
  return !url || (url.username === '' && url.search === '' && url.hash === '')
}, 'Expected a URL without user, query or fragment.')
const silence = z.int().min(100).max(310_000).default(310_000)

const ModelsFile = z.strictObject({
  providers: z.record(
    z.string().min(1),
    z.strictObject({
      kind: z.literal('openai'),
      baseUrl: BaseUrl,
      // How long it may say nothing, before its answer begins and while it runs.
      firstByteMs: silence,
      silenceMs: silence,
      apiKey: z.string().min(1).optional(),
    }),
  ),
  models: z
    .array(
      z.strictObject({
        id: z.string().min(1).max(200),
        ownedBy: z.string().min(1).default('self-hosted'),
        targets: z
          .array(
            z.strictObject({
              provider: z.string(),
              model: z.string().min(1),
              weight: z.number().positive().max(1_000_000).default(1),
            }),
          )
          .min(1),
        // Required: a model of unknown price would be given away.
        price: z.strictObject({
          inputMicrousdPerMillion: microusdPerMillion,
          cachedInputMicrousdPerMillion: microusdPerMillion.optional(),
          outputMicrousdPerMillion: microusdPerMillion,
        }),
        contextTokens: z.int().min(1).nullable().default(null),
        outputTokensMax: z.int().min(1).nullable().default(null),
        capabilities: z.array(z.string()).default([]),
        temperatureDefault: z.number().min(0).max(2).nullable().default(0.7),
        description: z.string().nullable().default(null),
      }),
    )
    .min(1),
})
export type ModelsFile = z.infer<typeof ModelsFile>

/** Thrown with every problem of the models file at once. */
export class ModelsFileError extends Error {}

/**
 * Reads MODELS_FILE and resolves its `env:NAME` keys.
 * @throws {ModelsFileError} with a sentence for each problem
 */
export async function readModelsFile(
  path: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<ModelsFile> {
  const file = parse(path, await read(path))
  const problems = [...crossProblems(file), ...resolveKeys(file, environment)]
  if (problems.length > 0) throw new ModelsFileError(`MODELS_FILE ${path}:\n${problems.join('\n')}`)
  return file
}

async function read(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    throw new ModelsFileError(`MODELS_FILE ${path} cannot be read: ${(cause as Error).message}`)
  }
}

function parse(path: string, text: string): ModelsFile {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (cause) {
    throw new ModelsFileError(`MODELS_FILE ${path} is not valid JSON: ${(cause as Error).message}`)
  }
  const parsed = ModelsFile.safeParse(json)
  if (parsed.success) return parsed.data
  throw new ModelsFileError(`MODELS_FILE ${path}:\n${z.prettifyError(parsed.error)}`)
}

function crossProblems({ providers, models }: ModelsFile): string[] {
  const ids = models.map(({ id }) => id)
  const doubles = [...new Set(ids.filter((id, i) => ids.indexOf(id) !== i))]
  const strangers = models.flatMap(({ id, targets }) =>
    targets
      .filter(({ provider }) => !Object.hasOwn(providers, provider))
      .map(
        ({ provider }) => `Model "${id}" names the provider "${provider}", which is not among the providers.`,
      ),
  )
  return [...doubles.map((id) => `The model "${id}" is listed twice.`), ...strangers]
}

/** Puts the environment's values in place of `env:NAME`; names what is missing. */
function resolveKeys(
  { providers }: ModelsFile,
  environment: Readonly<Record<string, string | undefined>>,
): string[] {
  return Object.entries(providers).flatMap(([name, provider]) => {
    if (!provider.apiKey?.startsWith('env:')) return []
    const variable = provider.apiKey.slice('env:'.length)
    const value = environment[variable]
    if (!value) return [`Provider "${name}" takes its key from ${variable}, which is not set.`]
    provider.apiKey = value
    return []
  })
}

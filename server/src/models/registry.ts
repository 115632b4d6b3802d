import { microusd } from '@portal/contract'
import type { Log } from '../log/index.ts'
import { createHttpTransport, createOpenAiProvider, type Provider } from '../providers/index.ts'
import { type Discovered, discoverLocal, discoverOpenAi, takesTemperature } from './discovery.ts'
import type { ModelEntry } from './model-entry.ts'
import { type ModelsFile, readModelsFile } from './models-file.ts'

export type Models = {
  list(): readonly ModelEntry[]
  find(id: string): ModelEntry | null
  close(): Promise<void>
}

type ModelsOptions = {
  config: {
    modelsFile: string | null
    openAi: { apiKey: string; baseUrl: string } | null
    localModels: boolean
    environment: Readonly<Record<string, string | undefined>>
  }
  /** Offered only when nothing is configured and nothing is found. */
  demo: ModelEntry
  log: Log
}

/** What the portal offers: MODELS_FILE, else what OPENAI_API_KEY and local servers serve, else the demo model. */
export async function createModels(options: ModelsOptions): Promise<Models> {
  const entries = await load(options)
  const byId = new Map(entries.map((entry) => [entry.id, entry]))
  const providers = new Set(entries.flatMap(({ targets }) => targets.map(({ provider }) => provider)))
  return {
    list: () => entries,
    find: (id) => byId.get(id) ?? null,
    close: async () => {
      await Promise.all([...providers].map((provider) => provider.close()))
    },
  }
}

async function load({ config, demo, log }: ModelsOptions): Promise<ModelEntry[]> {
  if (config.modelsFile) return entriesOfFile(await readModelsFile(config.modelsFile, config.environment))
  const found = await discover({ config, log })
  // A key that cannot be used is a fault to be seen, not a reason to answer from the demo model.
  return found.length > 0 || config.openAi ? merged(found.flatMap(entriesOfServer)) : [demo]
}

async function discover({ config, log }: Pick<ModelsOptions, 'config' | 'log'>): Promise<Discovered[]> {
  const openAi = config.openAi
    ? await discoverOpenAi(config.openAi).catch((err: Error) => {
        log.error({ err }, 'OPENAI_API_KEY is set, but its models cannot be listed. Mend it and start again.')
        return null
      })
    : null
  const local = config.localModels ? await discoverLocal() : []
  if (openAi)
    log.warn(
      'Prices of OpenAI’s models are not known here: costs are recorded as unknown. Name them in a MODELS_FILE.',
    )
  return openAi ? [openAi, ...local] : local
}

function entriesOfFile({ providers, models }: ModelsFile): ModelEntry[] {
  const made = new Map(
    Object.entries(providers).map(([name, { kind: _only, apiKey, ...server }]) => [
      name,
      openAiProvider({ ...server, name, apiKey: apiKey ?? null }),
    ]),
  )
  return models.map(({ price, targets, ...model }) => ({
    ...model,
    created: 0,
    isDemo: false,
    targets: targets.flatMap((target) => {
      const provider = made.get(target.provider)
      return provider ? [{ ...target, provider, name: `${target.provider}/${target.model}` }] : []
    }),
    price: {
      input: microusd(price.inputMicrousdPerMillion),
      cachedInput: microusd(price.cachedInputMicrousdPerMillion ?? price.inputMicrousdPerMillion),
      output: microusd(price.outputMicrousdPerMillion),
    },
  }))
}

function entriesOfServer({ ownedBy, models, ...server }: Discovered): ModelEntry[] {
  const provider = openAiProvider(server)
  return models.map((model) => ({
    id: model,
    ownedBy,
    created: 0,
    targets: [{ provider, model, weight: 1, name: `${server.name}/${model}` }],
    // What runs on this machine costs nothing by the token; what a vendor asks is not known here.
    price: server.apiKey ? null : { input: microusd(0), cachedInput: microusd(0), output: microusd(0) },
    contextTokens: null,
    outputTokensMax: null,
    capabilities: [],
    temperatureDefault: takesTemperature(model) ? 0.7 : null,
    isDemo: false,
    description: `Found at ${server.baseUrl}.`,
  }))
}

/** One entry for each id: servers that offer the same model share its traffic. */
function merged(entries: ModelEntry[]): ModelEntry[] {
  const byId = Map.groupBy(entries, ({ id }) => id)
  return [...byId.values()].flatMap(([first, ...others]) =>
    first ? [{ ...first, targets: [first, ...others].flatMap(({ targets }) => targets) }] : [],
  )
}

type Server = {
  name: string
  baseUrl: string
  apiKey: string | null
  firstByteMs?: number
  silenceMs?: number
}

function openAiProvider({ name, apiKey, baseUrl, ...patience }: Server): Provider {
  return createOpenAiProvider({ name, apiKey, transport: createHttpTransport(baseUrl, patience) })
}

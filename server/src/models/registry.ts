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
  return found.length > 0 || config.openAi ? found.flatMap(entriesOfServer) : [demo]
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
    Object.entries(providers).map(([name, { baseUrl, apiKey }]) => [
      name,
      openAiProvider({ name, baseUrl, apiKey: apiKey ?? null }),
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

function entriesOfServer(server: Discovered): ModelEntry[] {
  const provider = openAiProvider(server)
  return server.models.map((model) => ({
    id: model,
    ownedBy: server.ownedBy,
    created: 0,
    targets: [{ provider, model, weight: 1, name: `${server.name}/${model}` }],
    // What runs on this machine costs nothing by the token; what a vendor asks is not known here.
    price: server.apiKey ? null : { input: microusd(0), cachedInput: microusd(0), output: microusd(0) },
    contextTokens: null,
    outputTokensMax: 4096,
    capabilities: [],
    temperatureDefault: takesTemperature(model) ? 0.7 : null,
    isDemo: false,
    description: `Found at ${server.baseUrl}.`,
  }))
}

const openAiProvider = (server: { name: string; baseUrl: string; apiKey: string | null }): Provider =>
  createOpenAiProvider({
    name: server.name,
    apiKey: server.apiKey,
    transport: createHttpTransport(server.baseUrl),
  })

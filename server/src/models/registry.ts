import { microusd } from '@portal/contract'
import type { Log } from '../log/index.ts'
import {
  createAnthropicProvider,
  createHttpTransport,
  createOpenAiProvider,
  type Provider,
} from '../providers/index.ts'
import { type Discovered, discoverLocal, discoverVendor, takesTemperature, type Vendor } from './discovery.ts'
import type { ModelEntry } from './model-entry.ts'
import { type ModelsFile, readModelsFile } from './models-file.ts'

/** The models that are offered now. */
export type Models = {
  list(): readonly ModelEntry[]
  find(id: string): ModelEntry | null
  close(): Promise<void>
}

type ModelsOptions = {
  config: {
    modelsFile: string | null
    vendors: readonly Vendor[]
    localModels: boolean
    environment: Readonly<Record<string, string | undefined>>
  }
  /** Offered only when nothing is configured and nothing is found. */
  demo: ModelEntry
  log: Log
}

/** What the portal offers: MODELS_FILE, else what vendors with a key and local servers serve, else the demo model. */
export async function createModels(options: ModelsOptions): Promise<Models> {
  const entries = (await load(options)).map(bounded)
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

// Anthropic's API has no answers without a bound; this one every model of its takes.
const outputTokensMaxAnthropic = 4096

/** Its longest answer named where requests have to name one: whichever target is asked, that is what is held. */
function bounded(entry: ModelEntry): ModelEntry {
  const isBound = entry.targets.some(({ provider }) => provider.dialect === 'anthropic-messages')
  return isBound && !entry.isDemo
    ? { ...entry, outputTokensMax: entry.outputTokensMax ?? outputTokensMaxAnthropic }
    : entry
}

async function load({ config, demo, log }: ModelsOptions): Promise<ModelEntry[]> {
  if (config.modelsFile) return entriesOfFile(await readModelsFile(config.modelsFile, config.environment))
  const found = await discover({ config, log })
  // A key that cannot be used is a fault to be seen, not a reason to answer from the demo model.
  return found.length > 0 || config.vendors.length > 0 ? merged(found.flatMap(entriesOfServer)) : [demo]
}

async function discover({ config, log }: Pick<ModelsOptions, 'config' | 'log'>): Promise<Discovered[]> {
  const ofVendors = config.vendors.map(async (vendor) => {
    const variable = `${vendor.kind.toUpperCase()}_API_KEY`
    const found = await discoverVendor(vendor).catch((err: Error) => {
      log.error({ err }, `${variable} is set, but its models cannot be listed. Mend it and start again.`)
      return []
    })
    log.warn(
      `Prices of the models behind ${variable} are not known here: costs are recorded as unknown. Name them in a MODELS_FILE.`,
    )
    return found
  })
  const local = config.localModels ? discoverLocal() : []
  return (await Promise.all([...ofVendors, local])).flat()
}

function entriesOfFile({ providers, models }: ModelsFile): ModelEntry[] {
  const made = new Map(
    Object.entries(providers).map(([name, { apiKey, ...server }]) => [
      name,
      createProvider({ ...server, name, apiKey: apiKey ?? null }),
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
  const provider = createProvider(server)
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
  kind: 'openai' | 'anthropic'
  baseUrl: string
  apiKey: string | null
  firstByteMs?: number
  silenceMs?: number
}

const createProviderOf = { openai: createOpenAiProvider, anthropic: createAnthropicProvider }

function createProvider({ kind, name, apiKey, baseUrl, ...patience }: Server): Provider {
  return createProviderOf[kind]({ name, apiKey, transport: createHttpTransport(baseUrl, patience) })
}

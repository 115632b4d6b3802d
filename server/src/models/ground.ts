// What is known without a database: MODELS_FILE, else what vendors with a key and local servers serve.
import type { ModelDefinition, ProviderDefinition } from '@portal/contract'
import type { Log } from '../log/index.ts'
import { type Discovered, discoverLocal, discoverVendor, takesTemperature, type Vendor } from './discovery.ts'
import { readModelsFile } from './models-file.ts'

/** Where something comes from that no administrator added. */
export type GroundSource = 'file' | 'environment' | 'found'

/** A provider with its key; null without one. */
export type GroundProvider = {
  name: string
  source: GroundSource
  definition: ProviderDefinition
  apiKey: string | null
}

/** A model as it is described; its price is null where only its vendor knows it. */
export type DescribedModel = Omit<ModelDefinition, 'price'> & { price: ModelDefinition['price'] | null }

/** What administrators' changes are laid over. */
export type Ground = {
  providers: readonly GroundProvider[]
  models: readonly { source: GroundSource; definition: DescribedModel }[]
  /** Whether nothing at all was configured, so that the demo model may stand in. */
  isBare: boolean
}

export type GroundOptions = {
  config: {
    modelsFile: string | null
    vendors: readonly Vendor[]
    localModels: boolean
    environment: Readonly<Record<string, string | undefined>>
  }
  log: Log
}

/** Reads it. @throws ModelsFileError with a sentence for each problem of the file */
export async function loadGround({ config, log }: GroundOptions): Promise<Ground> {
  if (config.modelsFile) return groundOfFile(config.modelsFile, config.environment)
  const found = await discover({ config, log })
  return {
    providers: found.map(providerOfServer),
    models: merged(found.flatMap(modelsOfServer)),
    // A key that cannot be used is a fault to be seen, not a reason to answer from the demo model.
    isBare: found.length === 0 && config.vendors.length === 0,
  }
}

async function groundOfFile(
  path: string,
  environment: GroundOptions['config']['environment'],
): Promise<Ground> {
  const { providers, models } = await readModelsFile(path, environment)
  return {
    providers: Object.entries(providers).map(([name, { apiKey = null, ...definition }]) => ({
      ...{ name, source: 'file' as const, definition, apiKey },
    })),
    models: models.map((definition) => ({ source: 'file' as const, definition })),
    isBare: false,
  }
}

async function discover({ config, log }: GroundOptions): Promise<Discovered[]> {
  const ofVendors = config.vendors.map(async (vendor) => {
    const variable = `${vendor.kind.toUpperCase()}_API_KEY`
    const found = await discoverVendor(vendor).catch((err: Error) => {
      log.error({ err }, `${variable} is set, but its models cannot be listed. Mend it and start again.`)
      return []
    })
    log.warn(
      `Prices of the models behind ${variable} are not known here: costs are recorded as unknown. Name them in a MODELS_FILE, or at /admin/models.`,
    )
    return found
  })
  const local = config.localModels ? discoverLocal() : []
  return (await Promise.all([...ofVendors, local])).flat()
}

const patience = { firstByteMs: 310_000, silenceMs: 310_000 }

// What has a key is a vendor's, named in the environment.
const sourceOf = ({ apiKey }: Discovered): GroundSource => (apiKey ? 'environment' : 'found')

const providerOfServer = (server: Discovered): GroundProvider => ({
  name: server.name,
  source: sourceOf(server),
  definition: { kind: server.kind, baseUrl: server.baseUrl, ...patience },
  apiKey: server.apiKey,
})

const modelsOfServer = (server: Discovered): Ground['models'][number][] =>
  server.models.map((model) => ({
    source: sourceOf(server),
    definition: {
      id: model,
      displayName: null,
      ownedBy: server.ownedBy,
      targets: [{ provider: server.name, model, weight: 1 }],
      // What runs on this machine costs nothing by the token; what a vendor asks is not known here.
      price: server.apiKey ? null : { inputMicrousdPerMillion: 0, outputMicrousdPerMillion: 0 },
      contextTokens: null,
      outputTokensMax: null,
      capabilities: [],
      temperatureDefault: takesTemperature(model) ? 0.7 : null,
      description: `Found at ${server.baseUrl}.`,
      enabled: true,
      hidden: false,
    },
  }))

/** One model for each id: servers that offer the same share its traffic. */
function merged(models: Ground['models'][number][]): Ground['models'] {
  const byId = Map.groupBy(models, ({ definition }) => definition.id)
  return [...byId.values()].flatMap(([first, ...others]) => {
    if (!first) return []
    const targets = [first, ...others].flatMap(({ definition }) => definition.targets)
    return [{ ...first, definition: { ...first.definition, targets } }]
  })
}

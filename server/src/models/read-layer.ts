import { ModelDefinition, ProviderDefinition } from '@portal/contract'
import type { Kysely } from 'kysely'
import type { Tables } from '../db/index.ts'
import type { Log } from '../log/index.ts'
import type { Secrets } from '../secrets/index.ts'
import type { DescribedModel } from './ground.ts'
import type { Layer, LiveModel, LiveProvider } from './layers.ts'
import * as store from './live-store.ts'

type Parts = { db: Kysely<Tables>; secrets: Pick<Secrets, 'decrypt'>; log: Log }

/** Whom a provider's key is encrypted for: one entered for a server opens for no other. */
export const ownerOfKey = (name: string, baseUrl: string): string =>
  `provider ${name} ${new URL(baseUrl).origin}`

/** What administrators added and changed, its keys decrypted. What an older or newer release wrote is left out. */
export async function readLayer({ db, secrets, log }: Parts): Promise<Layer> {
  const rows = await store.listProviders(db)
  const models = await store.listModels(db)
  const providers = await Promise.all(rows.map((row) => providerOf(row, { secrets, log })))
  return {
    providers: providers.filter((each) => each !== null),
    models: models.flatMap((row) => modelOf(row, log)),
  }
}

async function providerOf(
  row: store.ProviderRow,
  { secrets, log }: Pick<Parts, 'secrets' | 'log'>,
): Promise<LiveProvider | null> {
  const definition = row.definition === null ? null : ProviderDefinition.safeParse(row.definition).data
  if (definition === undefined) {
    log.error({ provider: row.name }, 'a stored provider cannot be read and is left out')
    return null
  }
  return {
    ...{ name: row.name, definition, version: Number(row.version) },
    ...{ sealedKey: row.sealed_key, createdAt: row.created_at, updatedAt: row.updated_at },
    key: row.key_kind as LiveProvider['key'],
    state: row.state as LiveProvider['state'],
    apiKey: await keyOf(row, { definition, secrets }),
  }
}

/** Null where it cannot be decrypted: that is told as the provider's problem. */
async function keyOf(
  { name, sealed_key: sealed }: store.ProviderRow,
  { definition, secrets }: { definition: LiveProvider['definition']; secrets: Parts['secrets'] },
): Promise<string | null> {
  if (sealed === null || definition === null) return null
  return secrets.decrypt(sealed, ownerOfKey(name, definition.baseUrl)).catch(() => null)
}

function modelOf(row: store.ModelRow, log: Log): LiveModel[] {
  const definition = row.definition === null ? null : storedModel(row)
  if (definition === undefined) {
    log.error({ model: row.id }, 'a stored model cannot be read and is left out')
    return []
  }
  const switches = { enabled: row.is_enabled, hidden: row.is_hidden }
  const times = { createdAt: row.created_at, updatedAt: row.updated_at }
  return [{ id: row.id, definition, ...switches, version: Number(row.version), ...times }]
}

const storedModel = ({ id, definition }: store.ModelRow): DescribedModel | undefined =>
  ModelDefinition.safeParse({ ...Object(definition), id }).data

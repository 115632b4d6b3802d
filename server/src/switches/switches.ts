// What administrators have switched off. Every process keeps it in memory, drops it as soon as an event says that it
// changed, and asks the database while events do not arrive.
import { Feature, type FeatureSwitch, features } from '@portal/contract'
import type { Kysely, Selectable } from 'kysely'
import type { Tables } from '../db/index.ts'
import { AppError } from '../errors.ts'
import type { Events } from '../events/index.ts'

/** What is switched on in this portal. */
export type Switches = {
  list: () => Promise<FeatureSwitch[]>
  isOn: (feature: Feature) => Promise<boolean>
  /** @throws AppError switched_off */
  require: (feature: Feature) => Promise<void>
  /** Switches when the transaction commits; false where that is how it was. */
  set: (trx: Kysely<Tables>, change: { feature: Feature; isOn: boolean; at: Date }) => Promise<boolean>
  /** Drops what this process knows, ahead of the event: once a transaction that switched is through. */
  forget: () => void
}

type SwitchRow = Selectable<Tables['switches']>

type SwitchesDeps = {
  db: Kysely<Tables>
  events: Pick<Events, 'publish' | 'subscribe' | 'connected' | 'onReconnect'>
}

/** Builds the switches of one database; one for each process. */
export function createSwitches({ db, events }: SwitchesDeps): Switches {
  let known: Promise<Map<string, SwitchRow>> | null = null
  const forget = () => {
    known = null
  }
  events.onReconnect(forget)
  events.subscribe(({ type }) => {
    if (type === 'switches-changed') forget()
  })

  function rows(): Promise<Map<string, SwitchRow>> {
    if (known && events.connected) return known
    const reading = readSwitches(db)
    known = reading
    reading.catch(() => {
      if (known === reading) forget() // the next one tries again
    })
    return reading
  }
  const isOn = async (feature: Feature) => (await rows()).get(feature)?.is_on ?? true

  return {
    isOn,
    forget,
    async list() {
      const changed = await rows()
      return Feature.options.map((feature) => ({
        ...{ feature, description: features[feature] },
        isOn: changed.get(feature)?.is_on ?? true,
        changedAt: changed.get(feature)?.changed_at.toISOString() ?? null,
      }))
    },
    async require(feature) {
      if (!(await isOn(feature))) throw new AppError('switched_off')
    },
    async set(trx, change) {
      const isChanged = await putSwitch(trx, change)
      if (isChanged) await events.publish(trx, { type: 'switches-changed' })
      return isChanged
    },
  }
}

async function readSwitches(db: Kysely<Tables>): Promise<Map<string, SwitchRow>> {
  const rows = await db.selectFrom('switches').selectAll().execute()
  return new Map(rows.map((row) => [row.name, row]))
}

type SwitchChange = { feature: Feature; isOn: boolean; at: Date }

async function putSwitch(db: Kysely<Tables>, { feature: name, isOn: is_on, at }: SwitchChange) {
  // What was never switched is on.
  const before = await db.selectFrom('switches').select('is_on').where('name', '=', name).executeTakeFirst()
  if ((before?.is_on ?? true) === is_on) return false
  const changed = { is_on, changed_at: at }
  await db
    .insertInto('switches')
    .values({ name, ...changed })
    .onConflict((conflict) => conflict.column('name').doUpdateSet(changed))
    .execute()
  return true
}

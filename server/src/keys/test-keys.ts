// The keys of a database of their own, as tests use them.
import { CreateKeyBody } from '@portal/contract'
import type { z } from 'zod'
import { type Accounts, createAccounts, type PlanId } from '../accounts/index.ts'
import { type Database, openDatabase } from '../db/index.ts'
import { createEvents, type Events } from '../events/index.ts'
import { ownerInPerson, type Principal } from '../http/index.ts'
import { createLog } from '../log/index.ts'
import { createUsage } from '../usage/index.ts'
import { createKeyUses, type KeyUses } from './key-uses.ts'
import { createPrincipals, type Principals } from './principals.ts'
import { createKeys, type Keys } from './service.ts'

/** One process on the database: a pool, a listener and a cache of its own. */
export type TestKeys = {
  source: { url: string }
  database: Database
  events: Events
  accounts: Accounts
  keys: Keys
  principals: Principals
  keyUses: KeyUses
  /** Moved by hand. */
  clock: { ms: number }
  /** Somebody signed in without a key, whose organisation is on this plan. */
  aPerson: (plan: PlanId) => Promise<Principal>
  /** Whom a secret stands for. @throws where it opens nothing */
  asKey: (secret: string) => Promise<Principal>
  close: () => Promise<void>
}

/** A create body with every default. */
export const keySettings = (settings: Partial<z.input<typeof CreateKeyBody>> = {}): CreateKeyBody =>
  CreateKeyBody.parse({ name: 'Test key', ...settings })

/** Opens a database; once more on the same one is a second process. */
export async function startTestKeys(source: { url: string }): Promise<TestKeys> {
  const log = createLog('silent')
  const database = await openDatabase({ url: source.url, dataDir: '/nowhere', log })
  const events = createEvents({ clientConfig: database.clientConfig, log })
  await events.start()
  const clock = { ms: Date.parse('2026-03-04T05:06:07.890Z') }
  const now = () => clock.ms
  const { db } = database
  const accounts = createAccounts({ db, events, defaultPlan: 'free', now })
  const keyUses = createKeyUses({ pool: database.pool, log })
  const principals = createPrincipals({ db, events, keyUses, now })
  let people = 0
  return {
    source,
    database,
    events,
    accounts,
    keys: createKeys({ db, events, usage: createUsage(db), principals, keyUses, now }),
    principals,
    keyUses,
    clock,
    async aPerson(plan) {
      const email = `person${++people}@example.com`
      const { user, organisation } = await accounts.createUser({ email, password: 'SecureP@ssw0rd!', plan })
      const entitlements = await accounts.entitlementsOf(organisation.id)
      return {
        userId: user.id,
        organisationId: organisation.id,
        entitlements,
        key: null,
        person: ownerInPerson,
      }
    },
    async asKey(secret) {
      const found = await principals.findBySecret(secret)
      if ('refused' in found) throw new Error(found.refused)
      return found
    },
    async close() {
      await events.close()
      await database.close()
    },
  }
}

import type { ApiKey, ApiKeyWithSecret, CreateKeyBody, keyEndpoints, UpdateKeyBody } from '@portal/contract'
import type { Kysely } from 'kysely'
import type { z } from 'zod'
import type { Tables } from '../db/index.ts'
import type { Events } from '../events/index.ts'
import { type Principal, requireCursor } from '../http/index.ts'
import type { Usage } from '../usage/index.ts'
import { apiKeyFromRow, type KeyRow } from './key.ts'
import { recordKeyAct } from './key-audit.ts'
import { type Changing, createKeyChanges, type KeyActor, requireKey } from './key-changes.ts'
import type { KeyUses } from './key-uses.ts'
import type { Principals } from './principals.ts'
import { listKeys, revokeOne, revokeOwned } from './store.ts'
import * as verbs from './verbs.ts'

type Endpoints = typeof keyEndpoints
type Answer<Name extends keyof Endpoints> = Promise<z.output<Endpoints[Name]['output']>>
type Query<Name extends 'list' | 'usage' | 'requests'> = z.output<NonNullable<Endpoints[Name]['query']>>
type Body<Name extends 'regenerate' | 'revoke'> = z.output<NonNullable<Endpoints[Name]['body']>>

/**
 * The API keys of the principal's organisation. A key that is another's or nobody's is not_found in every verb; with
 * a key as the principal, nothing is made, widened or revived beyond what that key may do; one with limits of its own
 * may not add to what keys may do at all (permission_denied).
 */
export type Keys = {
  /** Newest first. @throws AppError invalid_request for a cursor that is none */
  listKeys: (principal: Principal, query: Query<'list'>) => Answer<'list'>
  /**
   * The only time the secret is shown, but for regenerate. Inside the transaction `within`, where there is one.
   * @throws AppError plan_limit_reached
   */
  createKey: (principal: KeyActor, body: CreateKeyBody, within?: Kysely<Tables>) => Promise<ApiKeyWithSecret>
  getKey: (principal: Principal, keyId: string) => Promise<ApiKey>
  /** @throws AppError plan_limit_reached when an expired key would become active */
  updateKey: (principal: KeyActor, keyId: string, body: UpdateKeyBody) => Promise<ApiKey>
  removeKey: (principal: KeyActor, keyId: string) => Promise<void>
  /**
   * A new secret; the old one ends at once or after the grace.
   * @throws AppError conflict for a revoked or expired key
   */
  regenerateKey: (principal: KeyActor, keyId: string, body: Body<'regenerate'>) => Promise<ApiKeyWithSecret>
  revokeKey: (principal: KeyActor, keyId: string, body: Body<'revoke'>) => Promise<ApiKey>
  /** @throws AppError plan_limit_reached, or conflict for a leaked or expired key */
  reactivateKey: (principal: KeyActor, keyId: string) => Promise<ApiKey>
  /**
   * Revokes what somebody, who is about to be no member any more, has in the principal's organisation, in the
   * transaction of whoever holds its lock. Each key is recorded; how many there were.
   */
  revokeKeysOf: (trx: Kysely<Tables>, principal: KeyActor, userId: string) => Promise<number>
  /** Revokes somebody's key for whoever runs the portal, in their transaction; null where there is none that works. */
  stopKey: (
    trx: Kysely<Tables>,
    which: { keyId: string; userId: string; reason: string },
  ) => Promise<KeyRow | null>
  usageOfKey: (principal: Principal, keyId: string, query: Query<'usage'>) => Answer<'usage'>
  requestsOfKey: (principal: Principal, keyId: string, query: Query<'requests'>) => Answer<'requests'>
}

type KeysDeps = {
  db: Kysely<Tables>
  events: Pick<Events, 'publish'>
  usage: Usage
  /** The cache of this process, where it has one: changes show in it before they are answered. */
  principals?: Pick<Principals, 'forgetKey'>
  /** What this process knows of uses, where keys are used in it; without it, only what is written shows. */
  keyUses?: Pick<KeyUses, 'lastUseOf'>
  /** Milliseconds since 1970. */
  now: () => number
}

/** Builds the key service of one database. */
export function createKeys(deps: KeysDeps): Keys {
  const show: Show = (row, { tier, at }) =>
    apiKeyFromRow(row, {
      tier,
      at,
      lastUsedAt: deps.keyUses ? deps.keyUses.lastUseOf(row) : row.last_used_at,
    })
  return { ...readers(deps, show), ...writers(deps, show) }
}

/** A key as it is shown at a time, to an organisation of this tier. */
type Show = (row: KeyRow, seen: { tier: ApiKey['tier']; at: Date }) => ApiKey

function readers({ db, usage, now }: KeysDeps, show: Show) {
  return {
    async listKeys(principal, { limit, cursor }) {
      requireCursor('key', cursor)
      const { organisationId } = principal
      // One more than is shown tells whether there is another page.
      const rows = await listKeys(db, { organisationId, limit: limit + 1, cursor })
      const page = rows.slice(0, limit)
      const seen = { tier: principal.entitlements.tier, at: new Date(now()) }
      return {
        data: page.map((row) => show(row, seen)),
        nextCursor: rows.length > limit ? (page.at(-1)?.id ?? null) : null,
      }
    },
    async getKey(principal, keyId) {
      const row = await requireKey(db, principal, keyId)
      return show(row, { tier: principal.entitlements.tier, at: new Date(now()) })
    },
    async usageOfKey(principal, keyId, { days }) {
      const { id, name } = await requireKey(db, principal, keyId)
      const { totalTokensUsed, ...used } = await usage.ofKeyByDay(keyId, { days, now: now() })
      return { apiKey: { id, name, totalTokensUsed }, ...used }
    },
    async requestsOfKey(principal, keyId, { limit }) {
      await requireKey(db, principal, keyId)
      return { data: await usage.requestsOfKeyByDay(keyId, { limit }) }
    },
  } satisfies Partial<Keys>
}

function writers({ db, events, principals, now }: KeysDeps, show: Show) {
  const changes = createKeyChanges({ db, events, principals, now })
  const shown = (row: KeyRow, { plan, at }: Changing): ApiKey => show(row, { tier: plan.tier, at })
  const changeKey = (principal: KeyActor, keyId: string, verb: verbs.KeyVerb): Promise<ApiKey> =>
    changes.ofKey(principal, keyId, async (key, changing) => shown(await verb(key, changing), changing))

  return {
    createKey: (principal, body, within) =>
      changes.inOrganisation(
        principal,
        async (changing) => {
          const { key, secret } = await verbs.createKey(body, changing)
          return { ...shown(key, changing), key: secret, oldKeyValidUntil: null }
        },
        within,
      ),
    regenerateKey: (principal, keyId, { graceSeconds }) =>
      changes.ofKey(principal, keyId, async (before, changing) => {
        const { key, secret, oldKeyValidUntil } = await verbs.regenerateKey(before, changing, graceSeconds)
        const until = oldKeyValidUntil?.toISOString() ?? null
        return { ...shown(key, changing), key: secret, oldKeyValidUntil: until }
      }),
    updateKey: (principal, keyId, body) => changeKey(principal, keyId, verbs.updateKey(body)),
    revokeKey: (principal, keyId, body) => changeKey(principal, keyId, verbs.revokeKey(body)),
    reactivateKey: (principal, keyId) => changeKey(principal, keyId, verbs.reactivateKey),
    async revokeKeysOf(trx, principal, userId) {
      const reason = 'Its owner left the organisation.'
      const at = new Date(now())
      const { organisationId } = principal
      const revoked = await revokeOwned(trx, { organisationId, userId, reason, at })
      for (const key of revoked) {
        const details = { prefix: key.prefix, leaked: false, reason }
        await recordKeyAct({ trx, principal, at }, 'key.revoked', { key, details })
        await events.publish(trx, { type: 'key-changed', keyId: key.id })
      }
      return revoked.length
    },
    async stopKey(trx, { keyId, userId, reason }) {
      const key = await revokeOne(trx, { keyId, userId, reason, at: new Date(now()) })
      if (key) await events.publish(trx, { type: 'key-changed', keyId })
      return key ?? null
    },
    removeKey: (principal, keyId) => changes.ofKey(principal, keyId, verbs.removeKey),
  } satisfies Partial<Keys>
}

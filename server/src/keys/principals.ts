// Who a secret stands for. Answers are cached in this process for a moment and dropped as soon as an event says
// that the key, its organisation or its owner changed; while events do not arrive, nothing is cached.
import type { OrganisationId, UserId } from '@portal/contract'
import type { Kysely } from 'kysely'
import { entitlementsFromRow } from '../accounts/index.ts'
import type { Tables } from '../db/index.ts'
import { createPrincipalCache, type Events } from '../events/index.ts'
import { addressMatcher, type KeyLookup, type Principal } from '../http/index.ts'
import { rightsFromRow } from './key.ts'
import type { KeyUses } from './key-uses.ts'
import { hashSecret, isWellFormedSecret } from './secret.ts'
import { findSecret } from './store.ts'

/** What is known of a secret that is in use: time is judged when it is used, not when it is read. */
type KnownSecret = {
  keyId: string
  principal: Principal
  revoked: boolean
  isOwnerSuspended: boolean
  /** When the key expires. */
  expiresAtMs: number
  /** When the grace of a replaced secret is over. */
  retiresAtMs: number
}

/** Whom the secrets of keys stand for. */
export type Principals = {
  /** What a secret opens, by default to use it. Rejects when the database cannot say: that is no answer about the key. */
  findBySecret: (secret: string, isUse?: boolean) => Promise<KeyLookup>
  /** Drops what is cached of a key, ahead of the event that says so. */
  forgetKey: (keyId: string) => void
  /** The same of all of a person's keys, or an organisation's. */
  forgetKeysOf: (owner: { userId: string } | { organisationId: string }) => void
}

/** Builds the look-up that authentication asks; one for each process. */
export function createPrincipals(deps: {
  db: Kysely<Tables>
  events: Pick<Events, 'subscribe' | 'connected' | 'onReconnect'>
  /** Where each principal that is handed out to be used counts as a use of its key; without it, none does. */
  keyUses?: Pick<KeyUses, 'note'>
  /** Milliseconds since 1970. */
  now: () => number
}): Principals {
  const { db, events, keyUses, now } = deps
  const cache = createPrincipalCache<KnownSecret>({
    events,
    find: (hash) => readSecret(db, Buffer.from(hash, 'base64')),
  })
  const forgetKey = (changed: string) => cache.drop(({ keyId }) => keyId === changed)
  events.subscribe((event) => {
    if (event.type === 'key-changed') forgetKey(event.keyId)
  })
  return {
    async findBySecret(secret, isUse = true) {
      if (!isWellFormedSecret(secret)) return { refused: 'invalid_api_key' }
      const known = await cache.get(hashSecret(secret).toString('base64'))
      const atMs = now()
      const found = lookupAt(atMs, known)
      if (isUse && known && !('refused' in found)) keyUses?.note(known.keyId, atMs)
      return found
    },
    forgetKey,
    forgetKeysOf: (owner) =>
      cache.drop(({ principal }) =>
        'userId' in owner
          ? principal.userId === owner.userId
          : principal.organisationId === owner.organisationId,
      ),
  }
}

function lookupAt(atMs: number, known: KnownSecret | null): KeyLookup {
  if (!known || known.retiresAtMs <= atMs) return { refused: 'invalid_api_key' }
  if (known.revoked) return { refused: 'key_revoked' }
  if (known.expiresAtMs <= atMs) return { refused: 'key_expired' }
  if (known.isOwnerSuspended) return { refused: 'account_suspended' }
  return known.principal
}

async function readSecret(db: Kysely<Tables>, hash: Buffer): Promise<KnownSecret | null> {
  const row = await findSecret(db, hash)
  if (!row) return null
  const rights = rightsFromRow(row)
  const isAllowed = addressMatcher(row.ip_whitelist)
  const allowsAddress = (address: string) => row.ip_whitelist.length === 0 || isAllowed(address)
  return {
    keyId: row.id,
    principal: {
      userId: row.user_id as UserId,
      organisationId: row.organisation_id as OrganisationId,
      entitlements: entitlementsFromRow(row),
      // Whoever is no member has no key that works either.
      key: { id: row.id, role: row.owner_role ?? 'viewer', ...rights, allowsAddress },
      person: null,
    },
    revoked: row.revoked_at !== null || row.owner_role === null,
    isOwnerSuspended: row.owner_suspended_at !== null,
    expiresAtMs: rights.expiresAt ?? Number.POSITIVE_INFINITY,
    retiresAtMs: row.secret_expires_at?.getTime() ?? Number.POSITIVE_INFINITY,
  }
}

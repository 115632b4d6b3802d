// What can be done to a key. Each runs inside a transaction that holds the organisation's lock, changes first and
// then judges the key that came out of it: what is refused rolls back.
import { type CreateKeyBody, newId, type UpdateKeyBody } from '@portal/contract'
import { AppError } from '../errors.ts'
import { isExpiredAt, type KeyRow, rightsFromRow, statusAt } from './key.ts'
import type { Changing } from './key-changes.ts'
import { requireWithinPlan } from './plan-limit.ts'
import { fieldBeyond, requireNoLimits, requireWithinOwnRights } from './policy.ts'
import { hashSecret, newSecret, recognisableParts } from './secret.ts'
import { changeKey, deleteKey, insertKey, insertSecret, retireSecrets } from './store.ts'

/** Turns a key into what it is afterwards. */
export type KeyVerb = (key: KeyRow, changing: Changing) => Promise<KeyRow>

const dayMs = 86_400_000

/** Makes a key with its first secret. @throws AppError permission_denied, plan_limit_reached */
export async function createKey(
  body: CreateKeyBody,
  changing: Changing,
): Promise<{ key: KeyRow; secret: string }> {
  const { trx, principal, at } = changing
  const secret = newSecret()
  const key = await insertKey(trx, {
    id: newId('key', at.getTime()),
    organisation_id: principal.organisationId,
    user_id: principal.userId,
    name: body.name,
    description: body.description,
    permissions: body.permissions,
    access: body.access,
    ip_whitelist: body.ipWhitelist,
    daily_limit: bigintFrom(body.dailyLimit),
    monthly_limit: bigintFrom(body.monthlyLimit),
    rpm_limit: body.rpmLimit,
    expires_at: expiryFrom(body.expiresInDays, at),
    ...partsFrom(secret),
    created_at: at,
    updated_at: at,
  })
  await requireAllowed(null, key, changing)
  await insertSecret(trx, { hash: hashSecret(secret), key_id: key.id, created_at: at })
  return { key, secret }
}

/** Changes what was given. @throws AppError permission_denied, plan_limit_reached */
export const updateKey =
  (body: UpdateKeyBody): KeyVerb =>
  async (key, changing) => {
    const changed = await changeKey(changing.trx, key.id, {
      // What was not given is undefined here, and untouched.
      name: body.name,
      description: body.description,
      permissions: body.permissions,
      access: body.access,
      ip_whitelist: body.ipWhitelist,
      daily_limit: bigintFrom(body.dailyLimit),
      monthly_limit: bigintFrom(body.monthlyLimit),
      rpm_limit: body.rpmLimit,
      expires_at: expiryFrom(body.expiresInDays, changing.at),
      updated_at: changing.at,
    })
    await requireAllowed(key, changed, changing)
    return changed
  }

/** Stops a key. One that is revoked stays so since when it was; that it leaked is never taken back. */
export const revokeKey =
  ({ reason, leaked }: { reason?: string | undefined; leaked: boolean }): KeyVerb =>
  (key, { trx, at }) =>
    changeKey(trx, key.id, {
      revoked_at: key.revoked_at ?? at,
      revoke_reason: reason ?? key.revoke_reason,
      leaked: key.leaked || leaked,
      updated_at: at,
    })

/** Lets a revoked key work again. @throws AppError conflict, permission_denied, plan_limit_reached */
export const reactivateKey: KeyVerb = async (key, changing) => {
  const { trx, at } = changing
  refuseLeakedOrExpired(key, at, 'reactivate')
  if (!key.revoked_at) return key
  const changed = await changeKey(trx, key.id, { revoked_at: null, revoke_reason: null, updated_at: at })
  await requireAllowed(key, changed, changing)
  return changed
}

/**
 * Gives a key that works a new secret. The others end now or when the grace is over.
 * @throws AppError permission_denied, conflict
 */
export async function regenerateKey(
  key: KeyRow,
  { trx, principal, at }: Changing,
  graceSeconds: number,
): Promise<{ key: KeyRow; secret: string; oldKeyValidUntil: Date | null }> {
  // Whoever gets another key's secret may use up that one's limits besides its own.
  if (principal.key?.id !== key.id) requireNoLimits(principal.key)
  requireWithinOwnRights(principal.key, rightsFromRow(key))
  refuseLeakedOrExpired(key, at, 'regenerate')
  if (key.revoked_at) {
    throw new AppError('conflict', {
      message:
        'This key is revoked, and so would its new secret be. Reactivate it first, then regenerate it.',
    })
  }
  const secret = newSecret()
  const until = new Date(at.getTime() + graceSeconds * 1000)
  await retireSecrets(trx, key.id, { at, until })
  await insertSecret(trx, { hash: hashSecret(secret), key_id: key.id, created_at: at })
  const changed = await changeKey(trx, key.id, { ...partsFrom(secret), updated_at: at })
  return { key: changed, secret, oldKeyValidUntil: graceSeconds > 0 ? until : null }
}

/** Deletes a key for good. */
export const removeKey = (key: KeyRow, { trx }: Changing): Promise<void> => deleteKey(trx, key.id)

/** A leaked key never works again, an expired one only with a new expiry. @throws AppError conflict */
function refuseLeakedOrExpired(key: KeyRow, at: Date, verb: 'reactivate' | 'regenerate'): void {
  if (key.leaked) {
    throw new AppError('conflict', {
      message: 'This key was revoked as leaked, so it can never work again. Create a new one.',
    })
  }
  if (isExpiredAt(key, at)) {
    throw new AppError('conflict', {
      message: `This key has expired. Give it a new expiry first (expiresInDays), then ${verb} it.`,
    })
  }
}

/** Judges what a key has become. @throws AppError permission_denied, plan_limit_reached */
async function requireAllowed(before: KeyRow | null, after: KeyRow, changing: Changing): Promise<void> {
  const { trx, principal, plan, at } = changing
  const wasActive = before !== null && statusAt(before, at) === 'ACTIVE'
  const becomesActive = !wasActive && statusAt(after, at) === 'ACTIVE'
  if (becomesActive) requireNoLimits(principal.key)
  requireWithinOwnRights(principal.key, rightsFromRow(after))
  const widened = before && fieldBeyond(rightsFromRow(before), rightsFromRow(after))
  if (widened) requireNoLimits(principal.key, widened)
  if (becomesActive) await requireWithinPlan(trx, { organisationId: principal.organisationId, plan, at })
}

const bigintFrom = <None extends null | undefined>(limit: number | None): bigint | None =>
  typeof limit === 'number' ? BigInt(limit) : limit
const expiryFrom = <None extends null | undefined>(days: number | None, at: Date): Date | None =>
  typeof days === 'number' ? new Date(at.getTime() + days * dayMs) : days

function partsFrom(secret: string) {
  const { prefix, lastCharacters } = recognisableParts(secret)
  return { prefix, last_characters: lastCharacters }
}

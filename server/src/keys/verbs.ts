// What can be done to a key. Each runs inside a transaction that holds the organisation's lock, changes first and
// then judges the key that came out of it: what is refused rolls back.
import { type CreateKeyBody, newId, type UpdateKeyBody } from '@portal/contract'
import { AppError } from '../errors.ts'
import { isExpiredAt, type KeyRow, rightsFromRow, statusAt } from './key.ts'
import { recordKeyAct } from './key-audit.ts'
import type { Changing } from './key-changes.ts'
import { requireWithinPlan } from './plan-limit.ts'
import { fieldBeyond, requireNoLimits, requireWithinOwnRights } from './policy.ts'
import { hashSecret, newSecret, recognisableParts } from './secret.ts'
import { changeKey, deleteKey, findRole, insertKey, insertSecret, retireSecrets } from './store.ts'

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
  await recordKeyAct(changing, 'key.created', { key })
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
    const fields = Object.keys(body).join(', ')
    await recordKeyAct(changing, 'key.updated', { key: changed, details: { fields } })
    return changed
  }

/** Stops a key. One that is revoked stays so since when it was; that it leaked is never taken back. */
export const revokeKey =
  ({ reason, leaked }: { reason?: string | undefined; leaked: boolean }): KeyVerb =>
  async (key, changing) => {
    const { trx, at } = changing
    const revoked = await changeKey(trx, key.id, {
      revoked_at: key.revoked_at ?? at,
      revoke_reason: reason ?? key.revoke_reason,
      leaked: key.leaked || leaked,
      updated_at: at,
    })
    await recordKeyAct(changing, 'key.revoked', { key, details: { leaked, reason: reason ?? null } })
    return revoked
  }

/** Lets a revoked key work again. @throws AppError conflict, permission_denied, plan_limit_reached */
export const reactivateKey: KeyVerb = async (key, changing) => {
  const { trx, at } = changing
  refuseLeakedOrExpired(key, at, 'reactivate')
  if (!key.revoked_at) return key
  await refuseDepartedOwner(key, changing)
  const changed = await changeKey(trx, key.id, { revoked_at: null, revoke_reason: null, updated_at: at })
  await requireAllowed(key, changed, changing)
  await recordKeyAct(changing, 'key.reactivated', { key })
  return changed
}

/**
 * Gives a key that works a new secret. The others end now or when the grace is over. Whoever gets it owns the key: a
 * secret acts for nobody but the one it was shown to.
 * @throws AppError permission_denied, conflict
 */
export async function regenerateKey(
  key: KeyRow,
  changing: Changing,
  graceSeconds: number,
): Promise<{ key: KeyRow; secret: string; oldKeyValidUntil: Date | null }> {
  const { trx, principal, at } = changing
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
  if (graceSeconds > 0 && key.user_id !== principal.userId) {
    throw new AppError('conflict', {
      message:
        'This key is somebody else’s. Regenerate it without a grace period: it becomes yours, and their secret stops at once.',
    })
  }
  const secret = newSecret()
  const until = new Date(at.getTime() + graceSeconds * 1000)
  await retireSecrets(trx, key.id, { at, until })
  await insertSecret(trx, { hash: hashSecret(secret), key_id: key.id, created_at: at })
  const changed = await changeKey(trx, key.id, {
    ...partsFrom(secret),
    user_id: principal.userId,
    updated_at: at,
  })
  await recordKeyAct(changing, 'key.regenerated', { key, details: { graceSeconds } })
  return { key: changed, secret, oldKeyValidUntil: graceSeconds > 0 ? until : null }
}

/** Deletes a key for good. */
export async function removeKey(key: KeyRow, changing: Changing): Promise<void> {
  await deleteKey(changing.trx, key.id)
  await recordKeyAct(changing, 'key.deleted', { key })
}

/** Whoever left may still know the secret. @throws AppError conflict */
async function refuseDepartedOwner(key: KeyRow, { trx, principal }: Changing): Promise<void> {
  if (await findRole(trx, principal.organisationId, key.user_id)) return
  throw new AppError('conflict', {
    message: 'The owner of this key left the organisation and may still know it. Create a new one.',
  })
}

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

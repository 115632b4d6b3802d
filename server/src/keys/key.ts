import { type ApiKey, type KeyStatus, Permission } from '@portal/contract'
import type { Selectable } from 'kysely'
import type { Tables } from '../db/index.ts'
import type { KeyRights } from './policy.ts'

/** A key as it is stored. */
export type KeyRow = Selectable<Tables['api_keys']>

/** Revoked counts before expired: it is what somebody decided. */
export function statusAt(key: Pick<KeyRow, 'revoked_at' | 'expires_at'>, at: Date): KeyStatus {
  if (key.revoked_at) return 'REVOKED'
  return isExpiredAt(key, at) ? 'EXPIRED' : 'ACTIVE'
}

/** Whether its time is over. */
export const isExpiredAt = ({ expires_at }: Pick<KeyRow, 'expires_at'>, at: Date): boolean =>
  expires_at !== null && expires_at <= at

/** What a key may do, from its row. */
export const rightsFromRow = (row: KeyRow): KeyRights => ({
  permissions: permissionsFrom(row),
  access: row.access,
  ipWhitelist: row.ip_whitelist,
  dailyLimit: numberOrNull(row.daily_limit),
  monthlyLimit: numberOrNull(row.monthly_limit),
  rpmLimit: row.rpm_limit,
  expiresAt: row.expires_at?.getTime() ?? null,
})

/** A key as it is shown. */
export const apiKeyFromRow = (
  row: KeyRow,
  seen: { tier: ApiKey['tier']; at: Date; lastUsedAt: Date | null },
): ApiKey => ({
  id: row.id,
  name: row.name,
  description: row.description,
  prefix: row.prefix,
  lastCharacters: row.last_characters,
  status: statusAt(row, seen.at),
  tier: seen.tier,
  permissions: permissionsFrom(row),
  access: row.access,
  ipWhitelist: row.ip_whitelist,
  dailyLimit: numberOrNull(row.daily_limit),
  monthlyLimit: numberOrNull(row.monthly_limit),
  rpmLimit: row.rpm_limit,
  expiresAt: isoOrNull(row.expires_at),
  revokedAt: isoOrNull(row.revoked_at),
  revokeReason: row.revoke_reason,
  leaked: row.leaked,
  lastUsedAt: isoOrNull(seen.lastUsedAt),
  createdAt: row.created_at.toISOString(),
  updatedAt: row.updated_at.toISOString(),
})

const permissionsFrom = (row: KeyRow): Permission[] =>
  row.permissions.map((permission) => Permission.parse(permission))
const numberOrNull = (value: bigint | null): number | null => (value === null ? null : Number(value))
const isoOrNull = (date: Date | null): string | null => date?.toISOString() ?? null

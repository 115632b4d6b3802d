import { type AdminKey, type AdminUser, type AdminUserDetail, isId } from '@portal/contract'
import { AppError } from '../errors.ts'
import { requireCursor } from '../http/index.ts'
import { statusAt } from '../keys/index.ts'
import { type UsageTotals, usageTotals } from '../usage/index.ts'
import type { AdministrationDeps } from './deps.ts'
import * as store from './user-store.ts'

/** Everybody with an account. */
export type Users = {
  /** The newest first. @throws AppError invalid_request for a cursor that is none */
  list: (asked: store.UserFilter) => Promise<{ data: AdminUser[]; nextCursor: string | null }>
  /** @throws AppError not_found */
  get: (userId: string) => Promise<AdminUserDetail>
}

/** Builds it. */
export const createUsers = ({ db, now }: Pick<AdministrationDeps, 'db' | 'now'>): Users => ({
  async list({ limit, cursor, ...filter }) {
    requireCursor('user', cursor)
    const rows = await store.listUsers(db, { ...filter, cursor, limit: limit + 1 })
    const data = rows.slice(0, limit).map(userFromRow)
    return { data, nextCursor: rows.length > limit ? (data.at(-1)?.id ?? null) : null }
  },
  async get(userId) {
    const at = new Date(now())
    const row = isId('user', userId) ? await store.findUser(db, userId) : undefined
    if (!row) throw noSuchUser()
    const [ways, organisations, sessions, keys] = await Promise.all([
      store.listWays(db, userId),
      store.listMemberships(db, userId),
      store.listSessions(db, userId, at),
      store.listKeys(db, userId),
    ])
    const ids = organisations.map(({ id }) => id)
    return {
      ...userFromRow(row),
      ...{ suspendReason: row.suspend_reason, ways, organisations },
      sessions: sessions.map(sessionFromRow),
      keys: keys.map((key) => keyFromRow(key, at)),
      usage: await usageOfMonth(db, { userId, organisationIds: ids }, at),
    }
  },
})

/** Said of an id that is nobody's. */
export const noSuchUser = (): AppError => new AppError('not_found', { message: 'There is no such user.' })

const userFromRow = (row: store.AdminUserRow): AdminUser => ({
  ...{ id: row.id, name: row.name, email: row.email, emailVerified: row.email_verified, role: row.role },
  ...{ tier: row.tier, twoFactorEnabled: Boolean(row.has_two_factor) },
  suspendedAt: row.suspended_at?.toISOString() ?? null,
  deletionAt: row.deletion_at?.toISOString() ?? null,
  createdAt: row.created_at.toISOString(),
  lastSeenAt: row.last_seen_at?.toISOString() ?? null,
})

type SessionRow = Awaited<ReturnType<typeof store.listSessions>>[number]

const sessionFromRow = (row: SessionRow): AdminUserDetail['sessions'][number] => ({
  ...{ id: row.id, organisationId: row.organisation_id, method: row.method },
  ...{ ipAddress: row.ip_address, userAgent: row.user_agent, impersonator: row.impersonator },
  createdAt: row.created_at.toISOString(),
  lastSeenAt: row.last_seen_at.toISOString(),
})

type KeyRow = Awaited<ReturnType<typeof store.listKeys>>[number]

const keyFromRow = (row: KeyRow, at: Date): AdminKey => ({
  ...{ id: row.id, organisationId: row.organisation_id, name: row.name, prefix: row.prefix },
  ...{ lastCharacters: row.last_characters, status: statusAt(row, at) },
  lastUsedAt: row.last_used_at?.toISOString() ?? null,
  createdAt: row.created_at.toISOString(),
})

/** What somebody used in the calendar month (UTC), wherever they are. */
async function usageOfMonth(
  db: AdministrationDeps['db'],
  { userId, organisationIds }: { userId: string; organisationIds: readonly string[] },
  at: Date,
): Promise<AdminUserDetail['usage']> {
  const from = new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth()))
  const to = new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1))
  const each = await Promise.all(
    organisationIds.map((organisationId) => usageTotals(db, { organisationId, userId }, { from, to })),
  )
  const total = (name: keyof UsageTotals) => each.reduce((sum, totals) => sum + totals[name], 0)
  return {
    from: from.toISOString(),
    ...{ requests: total('requests'), tokens: total('tokens'), costUsd: total('costUsd') },
  }
}

import { isId, type PlanId, type PortalRole } from '@portal/contract'
import { type ExpressionBuilder, type Kysely, sql } from 'kysely'
import type { Tables } from '../db/index.ts'
import { prefixPattern } from './prefix.ts'

type Db = Kysely<Tables>

/** Which people, and from where on. */
export type UserFilter = {
  q?: string | undefined
  role?: PortalRole | undefined
  state?: 'active' | 'suspended' | undefined
  plan?: PlanId | undefined
  cursor?: string | undefined
  limit: number
}

/** People with what the list shows of them. */
const people = (db: Db) =>
  db
    .selectFrom('users')
    .selectAll('users')
    .select(({ exists, selectFrom }) => [
      exists(
        selectFrom('two_factors')
          .select('user_id')
          .whereRef('two_factors.user_id', '=', 'users.id')
          .where('confirmed_at', 'is not', null),
      ).as('has_two_factor'),
      selectFrom('sessions')
        .select(({ fn }) => fn.max('last_seen_at').as('at'))
        .whereRef('sessions.user_id', '=', 'users.id')
        .as('last_seen_at'),
      selectFrom('members')
        .innerJoin('organisations', 'organisations.id', 'members.organisation_id')
        .innerJoin('plans', 'plans.id', 'organisations.plan_id')
        .select('plans.tier')
        .whereRef('members.user_id', '=', 'users.id')
        .where('members.role', '=', 'owner')
        .orderBy('members.id')
        .limit(1)
        .as('tier'),
    ])

/** Somebody as administrators see them. */
export type AdminUserRow = NonNullable<Awaited<ReturnType<typeof findUser>>>

/** Somebody by their id. */
export const findUser = (db: Db, id: string) => people(db).where('users.id', '=', id).executeTakeFirst()

/** The newest first, from after the cursor. */
export function listUsers(db: Db, filter: UserFilter): Promise<AdminUserRow[]> {
  const { q, role, state, plan, cursor, limit } = filter
  let query = people(db).orderBy('users.id', 'desc').limit(limit)
  if (cursor !== undefined) query = query.where('users.id', '<', cursor)
  if (q !== undefined && isId('user', q)) query = query.where('users.id', '=', q)
  else if (q) query = query.where(isNamedLike(prefixPattern(q)))
  if (role !== undefined) query = query.where('users.role', '=', role)
  if (state !== undefined)
    query = query.where('users.suspended_at', state === 'suspended' ? 'is not' : 'is', null)
  if (plan !== undefined) {
    query = query.where(({ exists, selectFrom }) =>
      exists(
        selectFrom('members')
          .innerJoin('organisations', 'organisations.id', 'members.organisation_id')
          .select('members.id')
          .whereRef('members.user_id', '=', 'users.id')
          .where('members.role', '=', 'owner')
          .where('organisations.plan_id', '=', plan),
      ),
    )
  }
  return query.execute()
}

/** Each is a walk along an index, or both are tests on the way along the ids, as many or few are like that. */
const isNamedLike =
  (pattern: string) =>
  ({ or, eb }: ExpressionBuilder<Tables, 'users'>) =>
    or([eb(sql<string>`lower(name)`, 'like', pattern), eb('users.email', 'like', pattern)])

/** How somebody can sign in. */
export async function listWays(db: Db, userId: string): Promise<string[]> {
  const accounts = await db
    .selectFrom('accounts')
    .select(['provider_id', 'password'])
    .where('user_id', '=', userId)
    .execute()
  const passkey = await db
    .selectFrom('passkeys')
    .select('id')
    .where('user_id', '=', userId)
    .executeTakeFirst()
  const ways = accounts
    .filter(({ provider_id, password }) => provider_id !== 'credential' || password !== null)
    .map(({ provider_id }) => (provider_id === 'credential' ? 'password' : provider_id))
  return passkey ? [...ways, 'passkey'] : ways
}

const shownMax = 100

/** What somebody is in, the first joined first. */
export const listMemberships = (db: Db, userId: string) =>
  db
    .selectFrom('members')
    .innerJoin('organisations', 'organisations.id', 'members.organisation_id')
    .innerJoin('plans', 'plans.id', 'organisations.plan_id')
    .select(['organisations.id', 'organisations.name', 'members.role', 'plans.tier'])
    .where('members.user_id', '=', userId)
    .orderBy('members.id')
    .limit(shownMax)
    .execute()

/** Where somebody is signed in, the last used first. */
export const listSessions = (db: Db, userId: string, at: Date) =>
  db
    .selectFrom('sessions')
    .leftJoin('impersonations', 'impersonations.session_id', 'sessions.id')
    .leftJoin('users as administrators', 'administrators.id', 'impersonations.administrator_id')
    .selectAll('sessions')
    .select('administrators.name as impersonator')
    .where('sessions.user_id', '=', userId)
    .where('sessions.expires_at', '>', at)
    .orderBy('sessions.last_seen_at', 'desc')
    .limit(shownMax)
    .execute()

/** Somebody's keys wherever they are, the newest first. */
export const listKeys = (db: Db, userId: string) =>
  db
    .selectFrom('api_keys')
    .selectAll()
    .where('user_id', '=', userId)
    .orderBy('id', 'desc')
    .limit(shownMax)
    .execute()

/** Suspends somebody, or with null lets them in again. */
export const setSuspension = (
  db: Db,
  userId: string,
  suspension: { at: Date; reason: string } | null,
): Promise<unknown> =>
  db
    .updateTable('users')
    .set({ suspended_at: suspension?.at ?? null, suspend_reason: suspension?.reason ?? null })
    .where('id', '=', userId)
    .execute()

export const setRole = (db: Db, userId: string, role: PortalRole): Promise<unknown> =>
  db.updateTable('users').set({ role }).where('id', '=', userId).execute()

/**
 * Holds everybody who can run the portal until the transaction ends: of two who step down at once one waits for the
 * other. Who never confirmed an address cannot sign in.
 */
export async function lockAdministrators(db: Db): Promise<string[]> {
  const rows = await db
    .selectFrom('users')
    .select(['id', 'email_verified', 'suspended_at'])
    .where('role', '=', 'admin')
    .orderBy('id')
    .forNoKeyUpdate()
    .execute()
  return rows
    .filter(({ email_verified, suspended_at }) => email_verified && !suspended_at)
    .map(({ id }) => id)
}

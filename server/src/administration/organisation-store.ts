import { isId, type PlanId } from '@portal/contract'
import { type Kysely, sql } from 'kysely'
import { entitlementColumns } from '../accounts/index.ts'
import type { Tables } from '../db/index.ts'
import { prefixPattern } from './prefix.ts'

type Db = Kysely<Tables>

/** Which organisations, and from where on. */
export type OrganisationFilter = {
  q?: string | undefined
  state?: 'active' | 'suspended' | undefined
  plan?: PlanId | undefined
  cursor?: string | undefined
  limit: number
}

const organisations = (db: Db) =>
  db
    .selectFrom('organisations')
    .innerJoin('plans', 'plans.id', 'organisations.plan_id')
    .selectAll('organisations')
    .select(entitlementColumns)
    .select(({ selectFrom }) =>
      selectFrom('members')
        .select(({ fn }) => fn.countAll<bigint>().as('count'))
        .whereRef('members.organisation_id', '=', 'organisations.id')
        .as('member_count'),
    )

/** An organisation as administrators see it. */
export type AdminOrganisationRow = NonNullable<Awaited<ReturnType<typeof findOrganisation>>>

/** One by its id. */
export const findOrganisation = (db: Db, id: string) =>
  organisations(db).where('organisations.id', '=', id).executeTakeFirst()

/** Those that have these ids. */
export const findOrganisations = (db: Db, ids: readonly string[]): Promise<AdminOrganisationRow[]> =>
  organisations(db).where('organisations.id', '=', sql<string>`any(${ids}::text[])`).execute()

/** The newest first, from after the cursor. */
export function listOrganisations(db: Db, filter: OrganisationFilter): Promise<AdminOrganisationRow[]> {
  const { q, state, plan, cursor, limit } = filter
  let query = organisations(db).orderBy('organisations.id', 'desc').limit(limit)
  if (cursor !== undefined) query = query.where('organisations.id', '<', cursor)
  if (q !== undefined && isId('organisation', q)) query = query.where('organisations.id', '=', q)
  else if (q) query = query.where(sql<string>`lower(organisations.name)`, 'like', prefixPattern(q))
  if (state !== undefined)
    query = query.where('organisations.suspended_at', state === 'suspended' ? 'is not' : 'is', null)
  if (plan !== undefined) query = query.where('organisations.plan_id', '=', plan)
  return query.execute()
}

/** Who is in it, the first joined first. */
export const listMembers = (db: Db, organisationId: string) =>
  db
    .selectFrom('members')
    .innerJoin('users', 'users.id', 'members.user_id')
    .select(['users.id', 'users.name', 'users.email', 'members.role'])
    .where('members.organisation_id', '=', organisationId)
    .orderBy('members.id')
    .limit(100)
    .execute()

export async function countKeys(db: Db, organisationId: string): Promise<number> {
  const { count } = await db
    .selectFrom('api_keys')
    .select(({ fn }) => fn.countAll().as('count'))
    .where('organisation_id', '=', organisationId)
    .where('revoked_at', 'is', null)
    .executeTakeFirstOrThrow()
  return Number(count)
}

/** Suspends an organisation, or with null lets it work again. */
export const setSuspension = (
  db: Db,
  organisationId: string,
  suspension: { at: Date; reason: string } | null,
): Promise<unknown> =>
  db
    .updateTable('organisations')
    .set({ suspended_at: suspension?.at ?? null, suspend_reason: suspension?.reason ?? null })
    .where('id', '=', organisationId)
    .execute()

/** Every plan, with how many organisations are on it. */
export const listPlans = (db: Db) =>
  db
    .selectFrom('plans')
    .leftJoin(
      (on) =>
        on
          .selectFrom('organisations')
          .select(({ fn }) => ['plan_id', fn.countAll<bigint>().as('organisations')])
          .groupBy('plan_id')
          .as('counts'),
      (join) => join.onRef('counts.plan_id', '=', 'plans.id'),
    )
    .selectAll('plans')
    .select('counts.organisations')
    .orderBy(sql`plans.tokens_per_month nulls last`)
    .execute()

/** The keys among these ids, with whose they are. */
export const findKeys = (db: Db, ids: readonly string[]) =>
  db
    .selectFrom('api_keys')
    .innerJoin('organisations', 'organisations.id', 'api_keys.organisation_id')
    .select(['api_keys.id', 'api_keys.name', 'rpm_limit', 'daily_limit', 'monthly_limit'])
    .select(['organisations.id as organisation_id', 'organisations.name as organisation_name'])
    .where('api_keys.id', '=', sql<string>`any(${ids}::text[])`)
    .where(({ or, eb }) =>
      or([
        eb('rpm_limit', 'is not', null),
        eb('daily_limit', 'is not', null),
        eb('monthly_limit', 'is not', null),
      ]),
    )
    .execute()

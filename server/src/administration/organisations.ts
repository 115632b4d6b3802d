import {
  type AdminOrganisation,
  type AdminOrganisationDetail,
  type Allowance,
  type administrationEndpoints,
  isId,
  Overrides,
  PlanId,
} from '@portal/contract'
import type { Kysely } from 'kysely'
import type { z } from 'zod'
import { billingPeriodAt, entitlementsFromRow } from '../accounts/index.ts'
import type { AuditAction } from '../audit/index.ts'
import type { Tables } from '../db/index.ts'
import { AppError } from '../errors.ts'
import { bytesStored } from '../files/index.ts'
import { type Entitlements, requireCursor } from '../http/index.ts'
import { usageTotals } from '../usage/index.ts'
import type { Acting, AdministrationDeps } from './deps.ts'
import * as store from './organisation-store.ts'
import { recordAct } from './record.ts'

type Plans = z.output<typeof administrationEndpoints.listPlans.output>['data']
type Changed = Promise<AdminOrganisationDetail>

/** Every organisation, and what it is allowed. A change counts for the very next request. */
export type Organisations = {
  /** The newest first. @throws AppError invalid_request for a cursor that is none */
  list: (asked: store.OrganisationFilter) => Promise<{ data: AdminOrganisation[]; nextCursor: string | null }>
  /** @throws AppError not_found */
  get: (id: string) => Promise<AdminOrganisationDetail>
  plans: () => Promise<Plans>
  /** All of these: @throws AppError not_found */
  setPlan: (acting: Acting, id: string, plan: PlanId) => Changed
  setOverrides: (acting: Acting, id: string, overrides: Overrides) => Changed
  /** @throws AppError conflict where it is suspended, or the administrator acts for it */
  suspend: (acting: Acting, id: string, reason: string) => Changed
  /** @throws AppError conflict where it is not suspended */
  reinstate: (acting: Acting, id: string) => Changed
}

type Details = Record<string, string | number | boolean | null>
type Change = (trx: Kysely<Tables>, row: store.AdminOrganisationRow) => Promise<Details>

/** Builds it. */
export function createOrganisations(deps: AdministrationDeps): Organisations {
  const { db, accounts, events, sessions, principals, now } = deps
  const get = async (id: string) => detailOf(deps, await requireOrganisation(db, id))

  async function change(acting: Acting, id: string, { action, make }: { action: AuditAction; make: Change }) {
    await db.transaction().execute(async (trx) => {
      const details = await make(trx, await requireOrganisation(trx, id))
      await recordAct(trx, acting, { action, atMs: now(), organisationId: id, details })
      await events.publish(trx, { type: 'organisation-changed', organisationId: id })
    })
    // The announcement takes a moment to come round; here the next request has to see the change.
    sessions.forgetOrganisation(id)
    principals.forgetKeysOf({ organisationId: id })
    return get(id)
  }

  return {
    async list({ limit, cursor, ...filter }) {
      requireCursor('organisation', cursor)
      const rows = await store.listOrganisations(db, { ...filter, cursor, limit: limit + 1 })
      const data = rows.slice(0, limit).map(organisationFromRow)
      return { data, nextCursor: rows.length > limit ? (data.at(-1)?.id ?? null) : null }
    },
    get,
    plans: async () => (await store.listPlans(db)).map(planFromRow),
    setPlan: (acting, id, plan) =>
      change(acting, id, {
        action: 'administration.plan-changed',
        async make(trx, { plan_id }) {
          await accounts.putOnPlan(trx, id, plan)
          return { from: plan_id, to: plan }
        },
      }),
    setOverrides: (acting, id, overrides) =>
      change(acting, id, {
        action: 'administration.overrides-changed',
        async make(trx) {
          await accounts.setOverrides(trx, id, overrides)
          return Object.fromEntries(
            Object.entries(overrides).map(([name, override]) => [name, override?.value ?? 'no limit']),
          )
        },
      }),
    suspend: (acting, id, reason) =>
      change(acting, id, {
        action: 'administration.organisation-suspended',
        async make(trx, { suspended_at }) {
          if (suspended_at) throw new AppError('conflict', { message: 'It is suspended already.' })
          if (acting.principal.organisationId === id)
            throw new AppError('conflict', {
              message: 'You act for this organisation. Switch to another first.',
            })
          await store.setSuspension(trx, id, { at: new Date(now()), reason })
          return { reason }
        },
      }),
    reinstate: (acting, id) =>
      change(acting, id, {
        action: 'administration.organisation-reinstated',
        async make(trx, { suspended_at }) {
          if (!suspended_at) throw new AppError('conflict', { message: 'It is not suspended.' })
          await store.setSuspension(trx, id, null)
          return {}
        },
      }),
  }
}

async function requireOrganisation(db: Kysely<Tables>, id: string): Promise<store.AdminOrganisationRow> {
  const row = isId('organisation', id) ? await store.findOrganisation(db, id) : undefined
  if (!row) throw new AppError('not_found', { message: 'There is no such organisation.' })
  return row
}

const organisationFromRow = (row: store.AdminOrganisationRow): AdminOrganisation => ({
  ...{ id: row.id, name: row.name, plan: PlanId.parse(row.plan_id), tier: row.tier },
  memberCount: Number(row.member_count ?? 0),
  hasOverrides: Object.keys(row.overrides as object).length > 0,
  suspendedAt: row.suspended_at?.toISOString() ?? null,
  createdAt: row.created_at.toISOString(),
})

async function detailOf(
  { db, now }: Pick<AdministrationDeps, 'db' | 'now'>,
  row: store.AdminOrganisationRow,
): Promise<AdminOrganisationDetail> {
  const { id } = row
  const atMs = now()
  const entitlements = entitlementsFromRow(row, atMs)
  const { startsAt, endsAt } = billingPeriodAt(entitlements.billingAnchorAt, atMs)
  const range = { from: new Date(startsAt), to: new Date(endsAt) }
  const [members, keyCount, storageBytes, used] = await Promise.all([
    store.listMembers(db, id),
    store.countKeys(db, id),
    bytesStored(db, id),
    usageTotals(db, { organisationId: id }, range),
  ])
  return {
    ...organisationFromRow(row),
    suspendReason: row.suspend_reason,
    overrides: Overrides.catch({}).parse(row.overrides),
    allowed: allowanceOf(entitlements),
    members: members.map(({ id: userId, ...member }) => ({ userId, ...member })),
    keyCount,
    usage: { from: range.from.toISOString(), to: range.to.toISOString(), ...used, storageBytes },
  }
}

const allowanceOf = (allowed: Entitlements): Allowance => ({
  tokensPerMonth: allowed.tokensPerMonth,
  tokenCeilingPercent: allowed.tokenCeilingPercent,
  tokensPerDay: allowed.tokensPerDay,
  requestsPerMinute: allowed.requestsPerMinute,
  storageBytesMax: allowed.storageBytesMax,
  keysMax: allowed.keysMax,
  parallelMax: allowed.parallelMax,
})

const planFromRow = (row: Awaited<ReturnType<typeof store.listPlans>>[number]): Plans[number] => ({
  ...{ id: row.id, name: row.name, organisations: Number(row.organisations ?? 0) },
  tokensPerMonth: numberOrNull(row.tokens_per_month),
  tokenCeilingPercent: row.token_ceiling_percent,
  requestsPerMinute: row.requests_per_minute,
  storageBytesMax: numberOrNull(row.storage_bytes_max),
  ...{ keysMax: row.keys_max, parallelMax: row.parallel_max },
})

const numberOrNull = (value: bigint | null): number | null => (value === null ? null : Number(value))

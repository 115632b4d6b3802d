// Who is near a limit now, as admission counts: nothing here is summed anew.
import type { LimitInForce } from '@portal/contract'
import { billingPeriodAt, entitlementsFromRow, tokenCeiling } from '../accounts/index.ts'
import type { KeyInUse, OrganisationInUse } from '../admission/index.ts'
import type { AdministrationDeps } from './deps.ts'
import * as store from './organisation-store.ts'

/** Limits in force. */
export type Limits = {
  /** Those of which anything is used, the nearest to its end first. */
  now: (limit: number) => Promise<{ at: string; data: LimitInForce[] }>
}

/** Builds it. */
export const createLimits = ({
  db,
  admission,
  now,
}: Pick<AdministrationDeps, 'db' | 'admission' | 'now'>): Limits => ({
  async now(limit) {
    const atMs = now()
    const { keys, organisations } = admission.uses()
    const keysById = new Map(keys.map((key) => [key.id, key]))
    const organisationsById = new Map(organisations.map((each) => [each.id, each]))
    const [keyRows, organisationRows] = await Promise.all([
      store.findKeys(db, [...keysById.keys()]),
      store.findOrganisations(db, [...organisationsById.keys()]),
    ])
    const all = [
      ...keyRows.flatMap((row) => limitsOfKey(row, keysById.get(row.id))),
      ...organisationRows.flatMap((row) => limitsOfOrganisation(row, organisationsById.get(row.id), atMs)),
    ]
    const used = all.filter(({ share }) => share > 0)
    return {
      at: new Date(atMs).toISOString(),
      data: used.sort((a, b) => b.share - a.share).slice(0, limit),
    }
  },
})

type Whose = Pick<LimitInForce, 'of' | 'id' | 'name' | 'organisation'>
type Counted = { limit: LimitInForce['limit']; used: number | null; maximum: number | null }

/** Of what is limited, and counted. */
const inForce = (whose: Whose, counted: readonly Counted[]): LimitInForce[] =>
  counted.flatMap(({ limit, used, maximum }) =>
    used === null || maximum === null
      ? []
      : [{ ...whose, limit, used, maximum, share: maximum === 0 ? 100 : (100 * used) / maximum }],
  )

type KeyRow = Awaited<ReturnType<typeof store.findKeys>>[number]

function limitsOfKey(row: KeyRow, use: KeyInUse | undefined): LimitInForce[] {
  if (!use) return []
  const organisation = { id: row.organisation_id, name: row.organisation_name }
  return inForce({ of: 'key', id: row.id, name: row.name, organisation }, [
    { limit: 'requests_per_minute', used: use.requests, maximum: row.rpm_limit },
    { limit: 'tokens_per_day', used: use.tokensOfDay, maximum: numberOrNull(row.daily_limit) },
    { limit: 'tokens_per_month', used: use.tokensOfMonth, maximum: numberOrNull(row.monthly_limit) },
  ])
}

function limitsOfOrganisation(
  row: store.AdminOrganisationRow,
  use: OrganisationInUse | undefined,
  atMs: number,
): LimitInForce[] {
  if (!use) return []
  const { id, name } = row
  const allowed = entitlementsFromRow(row, atMs)
  const { startsAt } = billingPeriodAt(allowed.billingAnchorAt, atMs)
  return inForce({ of: 'organisation', id, name, organisation: { id, name } }, [
    { limit: 'requests_per_minute', used: use.requests, maximum: allowed.requestsPerMinute },
    { limit: 'tokens_per_day', used: use.tokensOfDay, maximum: allowed.tokensPerDay },
    { limit: 'tokens_per_month', used: use.tokensOfPeriod(startsAt), maximum: tokenCeiling(allowed) },
    { limit: 'parallel', used: use.openLeases, maximum: allowed.parallelMax },
  ])
}

const numberOrNull = (value: bigint | null): number | null => (value === null ? null : Number(value))

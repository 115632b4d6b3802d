import { type administrationEndpoints, FileKind, type StoredBytes } from '@portal/contract'
import { type Kysely, sql } from 'kysely'
import type { z } from 'zod'
import { entitlementsFromRow } from '../accounts/index.ts'
import type { Tables } from '../db/index.ts'
import type { AdministrationDeps } from './deps.ts'
import { findOrganisations } from './organisation-store.ts'

type Report = z.output<typeof administrationEndpoints.storage.output>

/** What is stored, and by whom. */
export type StorageReport = { of: (limit: number) => Promise<Report> }

/** The queue of what deletes objects that belong to no file. */
const cleanUpQueue = 'file-clean-up'

/** Builds it. */
export const createStorage = ({
  db,
  jobs,
  now,
}: Pick<AdministrationDeps, 'db' | 'jobs' | 'now'>): StorageReport => ({
  async of(limit) {
    const [totals, kinds, waiting, lastCleanUpAt] = await Promise.all([
      sumKinds(db),
      sumLargest(db, limit),
      countOrphans(db, new Date(now())),
      jobs.inspection.lastDoneAt(cleanUpQueue),
    ])
    const byOrganisation = Map.groupBy(kinds, ({ organisation_id }) => organisation_id)
    const rows = await findOrganisations(db, [...byOrganisation.keys()])
    const data = rows.map((row): StoredBytes => {
      const byKind = (byOrganisation.get(row.id) ?? []).map(kindFromRow)
      const total = (name: 'files' | 'bytes') => byKind.reduce((sum, each) => sum + each[name], 0)
      return {
        organisation: { id: row.id, name: row.name },
        ...{ files: total('files'), bytes: total('bytes'), byKind },
        limitBytes: entitlementsFromRow(row, now()).storageBytesMax,
      }
    })
    return {
      totals: totals.map(kindFromRow),
      data: data.sort((a, b) => b.bytes - a.bytes),
      orphans: { waiting, lastCleanUpAt },
    }
  },
})

type KindRow = { kind: string; files: number; bytes: number }

const kindFromRow = ({ kind, files, bytes }: KindRow) => ({ kind: FileKind.parse(kind), files, bytes })

async function sumKinds(db: Kysely<Tables>): Promise<KindRow[]> {
  const { rows } = await sql<KindRow>`
    select kind, count(*)::int as files, sum(bytes)::float8 as bytes from files
    group by kind order by bytes desc`.execute(db)
  return rows
}

/** By kind, of those that store most. */
async function sumLargest(
  db: Kysely<Tables>,
  limit: number,
): Promise<(KindRow & { organisation_id: string })[]> {
  const { rows } = await sql<KindRow & { organisation_id: string }>`
    with largest as (
      select organisation_id from files group by organisation_id order by sum(bytes) desc limit ${limit}
    )
    select organisation_id, kind, count(*)::int as files, sum(bytes)::float8 as bytes
    from files join largest using (organisation_id) group by organisation_id, kind order by bytes desc`.execute(
    db,
  )
  return rows
}

async function countOrphans(db: Kysely<Tables>, at: Date): Promise<number> {
  const { count } = await db
    .selectFrom('unowned_objects')
    .select(({ fn }) => fn.countAll().as('count'))
    .where('delete_after', '<=', at)
    .executeTakeFirstOrThrow()
  return Number(count)
}

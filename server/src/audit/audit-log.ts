// What was done, as those see it who may: an organisation's events, and everybody's own.
import type { AuditEvent, auditEndpoints } from '@portal/contract'
import type { Kysely } from 'kysely'
import { z } from 'zod'
import type { Tables } from '../db/index.ts'
import { requireCursor } from '../http/index.ts'
import { defineQueue, type Jobs } from '../jobs/index.ts'
import { eventsAsCsv } from './csv.ts'
import { eventFromRow, ownEventFromRow } from './event.ts'
import * as store from './store.ts'

type Query<Name extends keyof typeof auditEndpoints> = z.output<
  NonNullable<(typeof auditEndpoints)[Name]['query']>
>
type PortalQuery = Query<'exportOfOrganisation'> & { organisation?: string | undefined }
type AuditPage = { data: AuditEvent[]; nextCursor: string | null }

/** The events of one database. Who may ask is for the caller to know. */
export type AuditLog = {
  /** Newest first. @throws AppError invalid_request for a cursor that is none */
  ofOrganisation: (organisationId: string, query: Query<'ofOrganisation'>) => Promise<AuditPage>
  /** Newest first, as CSV: as many as an export holds, and whether there are more. */
  exportOfOrganisation: (
    organisationId: string,
    query: Query<'exportOfOrganisation'>,
  ) => Promise<{ pages: AsyncIterable<string>; isTruncated: boolean }>
  /** The same of the whole portal, for those who run it. */
  ofPortal: (query: PortalQuery & { limit: number; cursor?: string | undefined }) => Promise<AuditPage>
  exportOfPortal: (query: PortalQuery) => Promise<{ pages: AsyncIterable<string>; isTruncated: boolean }>
  /** What somebody did and what was done to them. @throws AppError invalid_request for a cursor that is none */
  ofUser: (userId: string, query: Query<'ofUser'>) => Promise<AuditPage>
}

type AuditLogDeps = {
  db: Kysely<Tables>
  jobs: Pick<Jobs, 'work' | 'everyDay'>
  /** Milliseconds since 1970. */
  now: () => number
}

const keptMs = 365 * 86_400_000
const exportRowsMax = 100_000
const exportPageRows = 1_000

const cleanUpQueue = defineQueue({ name: 'audit-clean-up', payload: z.object({}), timeoutSeconds: 600 })

/** Builds the log, and has events deleted that are older than 365 days. */
export function createAuditLog({ db, jobs, now }: AuditLogDeps): AuditLog {
  jobs.work(cleanUpQueue, () => store.deleteBefore(db, now() - keptMs))
  jobs.everyDay(cleanUpQueue, { time: '03:40', payload: {} })
  async function read(organisationId: string | null, { limit, cursor, ...query }: Query<'ofOrganisation'>) {
    requireCursor('auditEvent', cursor)
    const paging = { limit: limit + 1, cursor }
    const rows = await store.listEvents(db, organisationId, { ...filterOf(query), ...paging })
    return pageOf(rows, limit, eventFromRow)
  }
  async function exported(organisationId: string | null, query: Query<'exportOfOrganisation'>) {
    const filter = filterOf(query)
    const isTruncated = await store.hasMoreThan(db, organisationId, { ...filter, limit: exportRowsMax })
    return { pages: csvPages(db, organisationId, filter), isTruncated }
  }
  return {
    ofOrganisation: read,
    exportOfOrganisation: exported,
    ofPortal: ({ organisation, ...query }) => read(organisation ?? null, query),
    exportOfPortal: ({ organisation, ...query }) => exported(organisation ?? null, query),
    async ofUser(userId, { limit, cursor }) {
      requireCursor('auditEvent', cursor)
      const rows = await store.listOfUser(db, userId, { limit: limit + 1, cursor })
      return pageOf(rows, limit, (row) => ownEventFromRow(row, userId))
    },
  }
}

async function* csvPages(
  db: Kysely<Tables>,
  organisationId: string | null,
  filter: store.AuditFilter,
): AsyncIterable<string> {
  yield eventsAsCsv.head
  let cursor: string | undefined
  for (let written = 0; written < exportRowsMax; ) {
    const paging = { cursor, limit: Math.min(exportPageRows, exportRowsMax - written) }
    const rows = await store.listEvents(db, organisationId, { ...filter, ...paging })
    if (rows.length === 0) return
    yield rows.map((row) => eventsAsCsv.line(eventFromRow(row))).join('')
    written += rows.length
    cursor = rows.at(-1)?.id
  }
}

const filterOf = ({ action, actor, from, to }: Query<'exportOfOrganisation'>): store.AuditFilter => ({
  action,
  actor,
  from: from === undefined ? undefined : Date.parse(from),
  to: to === undefined ? undefined : Date.parse(to),
})

/** One row more than is shown tells whether there is another page. */
const pageOf = (
  rows: readonly store.AuditRow[],
  limit: number,
  show: (row: store.AuditRow) => AuditEvent,
): AuditPage => ({
  data: rows.slice(0, limit).map(show),
  nextCursor: rows.length > limit ? (rows[limit - 1]?.id ?? null) : null,
})

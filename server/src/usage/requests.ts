import { type LedgerRequest, RequestStatus, timeOfId, usdFromMicrousd } from '@portal/contract'
import type { Kysely } from 'kysely'
import type { Tables } from '../db/index.ts'
import { requireCursor, wrongCursor } from '../http/index.ts'
import { listRequests, type Place, type RequestRow } from './ledger-page.ts'
import { namesOfKeys, namesOfUsers } from './names.ts'
import type { Range } from './range.ts'
import type { Scope } from './sources.ts'

type Asked = { scope: Scope; range: Range }
type Page = { data: LedgerRequest[]; nextCursor: string | null }

/** A page of the ledger, newest first. @throws AppError invalid_request for a cursor that is none */
export async function pageOfRequests(
  db: Kysely<Tables>,
  { scope, range }: Asked,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
): Promise<Page> {
  requireCursor('request', cursor)
  const after = cursor === undefined ? null : placeOf(cursor)
  const rows = await listRequests(db, { scope, range, after, limit: limit + 1 })
  const data = await named(db, rows.slice(0, limit))
  return { data, nextCursor: rows.length > limit ? (data.at(-1)?.id ?? null) : null }
}

const rowsAtOnce = 1_000

/** All of them, so many at a time. */
export async function* allRequests(db: Kysely<Tables>, asked: Asked): AsyncGenerator<LedgerRequest[]> {
  let after: Place | null = null
  for (;;) {
    const rows: RequestRow[] = await listRequests(db, { ...asked, after, limit: rowsAtOnce })
    yield await named(db, rows)
    const last = rows.at(-1)
    if (!last || rows.length < rowsAtOnce) return
    after = last
  }
}

const latest = Date.UTC(2200, 0)

/** @throws AppError invalid_request for a time that no database knows */
function placeOf(id: string): Place {
  const atMs = timeOfId(id) ?? 0
  if (atMs >= latest) throw wrongCursor()
  return { id, at: new Date(atMs) }
}

async function named(db: Kysely<Tables>, rows: readonly RequestRow[]): Promise<LedgerRequest[]> {
  const [keys, users] = await Promise.all([
    namesOfKeys(db, [...new Set(rows.flatMap(({ keyId }) => keyId ?? []))]),
    namesOfUsers(db, [...new Set(rows.map(({ userId }) => userId))]),
  ])
  return rows.map(({ keyId, userId, microusd, at, status, ...row }) => ({
    ...row,
    at: at.toISOString(),
    status: RequestStatus.parse(status),
    apiKey: keyId === null ? null : { id: keyId, name: keys.get(keyId) ?? null },
    user: { id: userId, name: users.get(userId) ?? null },
    cost: microusd === null ? null : usdFromMicrousd(BigInt(microusd)),
  }))
}

import type { Kysely, Selectable } from 'kysely'
import type { Tables } from '../db/index.ts'

type Db = Kysely<Tables>
type Rows = AsyncIterable<object>

const pageSize = 1000

async function* all(rows: Promise<object[]>): Rows {
  yield* await rows
}

/** What somebody says of themselves. */
export const readProfile = (db: Db, userId: string): Rows =>
  all(db.selectFrom('users').selectAll().where('id', '=', userId).execute())

/** Their ways in but passkeys, without what opens them. */
export const readAccounts = (db: Db, userId: string): Rows =>
  all(
    db
      .selectFrom('accounts')
      .select(['provider_id', 'account_id', 'email', 'created_at'])
      .where('user_id', '=', userId)
      .orderBy('id')
      .execute(),
  )

/** Their passkeys, without the keys. */
export const readPasskeys = (db: Db, userId: string): Rows =>
  all(
    db
      .selectFrom('passkeys')
      .select(['id', 'name', 'rp_id', 'credential_id', 'transports', 'aaguid', 'synced', 'backed_up'])
      .select(['sign_count', 'created_at', 'last_used_at'])
      .where('user_id', '=', userId)
      .orderBy('id')
      .execute(),
  )

/** Where they are signed in. */
export const readSessions = (db: Db, userId: string): Rows =>
  all(db.selectFrom('sessions').selectAll().where('user_id', '=', userId).orderBy('id').execute())

/** What they are in, and as what. */
export const readOrganisations = (db: Db, userId: string): Rows =>
  all(
    db
      .selectFrom('members')
      .innerJoin('organisations', 'organisations.id', 'members.organisation_id')
      .select(['organisations.id', 'organisations.name', 'members.role', 'members.created_at as joined_at'])
      .where('members.user_id', '=', userId)
      .orderBy('members.id')
      .execute(),
  )

/** The keys they made, without anything of their secrets but what is shown of them. */
export const readKeys = (db: Db, userId: string): Rows =>
  all(db.selectFrom('api_keys').selectAll().where('user_id', '=', userId).orderBy('id').execute())

/** Every request of theirs that the ledger has, oldest first, a page at a time. */
export async function* readRequests(db: Db, userId: string): Rows {
  const organisations = await db
    .selectFrom('members')
    .select('organisation_id')
    .where('user_id', '=', userId)
    .execute()
  for (const { organisation_id: organisationId } of organisations) {
    yield* pages<Selectable<Tables['ledger_requests']>>((after) =>
      db
        .selectFrom('ledger_requests')
        .selectAll()
        .where('organisation_id', '=', organisationId)
        .where('user_id', '=', userId)
        .$if(after !== null, (query) =>
          query.where((where) =>
            where(
              where.refTuple('started_at', 'id', 'correction'),
              '>',
              where.tuple(after?.started_at ?? new Date(0), after?.id ?? '', after?.correction ?? 0),
            ),
          ),
        )
        .orderBy('started_at')
        .orderBy('id')
        .orderBy('correction')
        .limit(pageSize)
        .execute(),
    )
  }
}

/** What they did and what was done to them; where others were when they did it is not theirs. */
export async function* readActivity(db: Db, userId: string): Rows {
  const events = pages<Selectable<Tables['audit_events']>>((after) =>
    db
      .selectFrom('audit_events')
      .selectAll()
      .where((where) => where.or([where('subject_id', '=', userId), where('actor_id', '=', userId)]))
      .$if(after !== null, (query) => query.where('id', '>', after?.id ?? ''))
      .orderBy('id')
      .limit(pageSize)
      .execute(),
  )
  for await (const event of events) {
    const isTheirs = event.actor_id === null || event.actor_id === userId
    yield isTheirs ? event : { ...event, ip_address: null, user_agent: null }
  }
}

async function* pages<Row extends object>(read: (after: Row | null) => Promise<Row[]>): AsyncIterable<Row> {
  let after: Row | null = null
  for (;;) {
    const page: Row[] = await read(after)
    yield* page
    after = page.at(-1) ?? null
    if (page.length < pageSize) return
  }
}

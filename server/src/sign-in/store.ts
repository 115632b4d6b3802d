import { newId } from '@portal/contract'
import type { Kysely, Selectable } from 'kysely'
import { DatabaseError } from 'pg'
import type { Tables } from '../db/index.ts'

type Db = Kysely<Tables>
type MailLinkRow = Selectable<Tables['mail_links']>

/** Somebody with their password, where they have one, and whether a second factor is on. */
const people = (db: Db) =>
  db
    .selectFrom('users')
    .leftJoin('accounts', (join) =>
      join.onRef('accounts.user_id', '=', 'users.id').on('accounts.provider_id', '=', 'credential'),
    )
    .leftJoin('two_factors', (join) =>
      join.onRef('two_factors.user_id', '=', 'users.id').on('two_factors.confirmed_at', 'is not', null),
    )
    .selectAll('users')
    .select(['accounts.password', 'two_factors.confirmed_at as two_factor_since'])

/** Somebody as signing in knows them. */
export type PersonRow = NonNullable<Awaited<ReturnType<typeof findPerson>>>

/** Somebody by their id. */
export const findPerson = (db: Db, id: string) => people(db).where('users.id', '=', id).executeTakeFirst()

/** Whoever has the address, which is in lower case. */
export const findPersonByEmail = (db: Db, email: string): Promise<PersonRow | undefined> =>
  people(db).where('users.email', '=', email).executeTakeFirst()

/** The organisation somebody signs in to: the one they used last, else the first they joined. */
export const findHome = async (db: Db, userId: string): Promise<string | undefined> => {
  const last = await db
    .selectFrom('sessions')
    .innerJoin('members', (join) =>
      join
        .onRef('members.user_id', '=', 'sessions.user_id')
        .onRef('members.organisation_id', '=', 'sessions.organisation_id'),
    )
    .select('sessions.organisation_id')
    .where('sessions.user_id', '=', userId)
    .orderBy('sessions.last_seen_at', 'desc')
    .executeTakeFirst()
  if (last) return last.organisation_id
  const first = await db
    .selectFrom('members')
    .select('organisation_id')
    .where('user_id', '=', userId)
    .orderBy('id')
    .executeTakeFirst()
  return first?.organisation_id
}

/** Keeps a link in place of the one that the person had for this purpose. */
export async function putMailLink(db: Db, link: MailLinkRow): Promise<void> {
  await db
    .insertInto('mail_links')
    .values(link)
    .onConflict((conflict) =>
      conflict.columns(['user_id', 'purpose']).doUpdateSet((row) => ({
        hash: row.ref('excluded.hash'),
        email: row.ref('excluded.email'),
        expires_at: row.ref('excluded.expires_at'),
      })),
    )
    .execute()
}

/** Deletes a link that still works, and returns it. */
export const takeMailLink = (
  db: Db,
  { hash, purposes, at }: { hash: Buffer; purposes: readonly MailLinkRow['purpose'][]; at: Date },
): Promise<MailLinkRow | undefined> =>
  db
    .deleteFrom('mail_links')
    .where('hash', '=', hash)
    .where('purpose', 'in', purposes)
    .where('expires_at', '>', at)
    .returningAll()
    .executeTakeFirst()

/** Confirms an address that is still the person's. */
export async function verifyEmail(
  db: Db,
  { userId, email, at }: { userId: string; email: string; at: Date },
) {
  await db
    .updateTable('users')
    .set({ email_verified: true, updated_at: at })
    .where('id', '=', userId)
    .where('email', '=', email)
    .execute()
}

/** Puts a confirmed address in the place of the old one; false where somebody else has it: roll back then. */
export async function replaceEmail(
  db: Db,
  { userId, email, at }: { userId: string; email: string; at: Date },
): Promise<boolean> {
  const taken = await db
    .selectFrom('users')
    .select('id')
    .where('email', '=', email)
    .where('id', '<>', userId)
    .executeTakeFirst()
  if (taken) return false
  try {
    await db
      .updateTable('users')
      .set({ email, email_verified: true, pending_email: null, updated_at: at })
      .where('id', '=', userId)
      .execute()
    return true
  } catch (error) {
    // Somebody who was not to be seen yet has it now.
    if (isTaken(error)) return false
    throw error
  }
}

/** Whether a query failed because an address is somebody's (PostgreSQL's unique_violation). */
const isTaken = (error: unknown): boolean =>
  error instanceof DatabaseError && error.code === '23505' && error.constraint === 'users_email_unique'

/** Ends whatever was begun with somebody's old password: links in mails, a new address, and half a sign-in. */
export async function endBegun(db: Db, userId: string): Promise<void> {
  // First, as it locks the person: nobody signs in with the old password from here on.
  await setPendingEmail(db, userId, null)
  await db.deleteFrom('mail_links').where('user_id', '=', userId).execute()
  await db.deleteFrom('sign_in_challenges').where('user_id', '=', userId).execute()
}

/** Sets somebody's password, whether they had one or not, and ends what was begun with the old one. */
export async function putPassword(
  db: Db,
  { userId, password, at }: { userId: string; password: string; at: Date },
): Promise<void> {
  await db
    .insertInto('accounts')
    .values({
      ...{
        id: newId('account', at.getTime()),
        account_id: userId,
        provider_id: 'credential',
        user_id: userId,
      },
      ...{ password, created_at: at, updated_at: at },
    })
    .onConflict((conflict) =>
      conflict.columns(['provider_id', 'account_id']).doUpdateSet({ password, updated_at: at }),
    )
    .execute()
  await endBegun(db, userId)
}

/** Whether somebody has signed in from there since. */
export async function isKnownNetwork(db: Db, userId: string, { network, since }: KnownNetwork) {
  const row = await db
    .selectFrom('known_networks')
    .select('network')
    .where('user_id', '=', userId)
    .where('network', '=', network)
    .where('last_used_at', '>', since)
    .executeTakeFirst()
  return row !== undefined
}

type KnownNetwork = { network: string; since: Date }

/** Notes from where somebody signed in. */
export async function putKnownNetwork(
  db: Db,
  row: { user_id: string; network: string; last_used_at: Date },
): Promise<void> {
  await db
    .insertInto('known_networks')
    .values(row)
    .onConflict((conflict) =>
      conflict.columns(['user_id', 'network']).doUpdateSet({ last_used_at: row.last_used_at }),
    )
    .execute()
}

/** Sets the address that somebody asked for and has to confirm; without one, no link to confirm one works. */
export async function setPendingEmail(db: Db, userId: string, email: string | null): Promise<void> {
  await db.updateTable('users').set({ pending_email: email }).where('id', '=', userId).execute()
  if (email !== null) return
  await db
    .deleteFrom('mail_links')
    .where('user_id', '=', userId)
    .where('purpose', '=', 'change-email')
    .execute()
}

/** How long an account is known to be used from somewhere, in milliseconds. */
export const knownNetworkMs = 30 * 86_400_000

/** Removes links and challenges that work no longer, and places that count no longer. */
export async function deleteExpired(db: Db, at: Date): Promise<void> {
  const since = new Date(at.getTime() - knownNetworkMs)
  await db.deleteFrom('known_networks').where('last_used_at', '<=', since).execute()
  await db.deleteFrom('mail_links').where('expires_at', '<=', at).execute()
  await db.deleteFrom('sign_in_challenges').where('expires_at', '<=', at).execute()
  await db.deleteFrom('passkey_challenges').where('expires_at', '<=', at).execute()
}

type Provider = 'google' | 'github'

/** Whose identity at another site it is. */
export const findLinked = (db: Db, provider: Provider, subject: string): Promise<PersonRow | undefined> =>
  people(db)
    .innerJoin('accounts as linked', 'linked.user_id', 'users.id')
    .where('linked.provider_id', '=', provider)
    .where('linked.account_id', '=', subject)
    .executeTakeFirst()

type Linked = { userId: string; provider: Provider; subject: string; email: string | null; nowMs: number }

/** Adds somebody's identity at another site; false where it is somebody's, or they have one there. */
export async function insertLinked(
  db: Db,
  { userId, provider, subject, email, nowMs }: Linked,
): Promise<boolean> {
  const at = new Date(nowMs)
  const inserted = await db
    .insertInto('accounts')
    .values({
      id: newId('account', nowMs),
      user_id: userId,
      provider_id: provider,
      account_id: subject,
      email,
      created_at: at,
      updated_at: at,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst()
  return inserted !== undefined
}

/** Whether somebody has linked an account of the site. */
export async function hasAccount(db: Db, userId: string, provider: Provider): Promise<boolean> {
  const row = await db
    .selectFrom('accounts')
    .select('id')
    .where('user_id', '=', userId)
    .where('provider_id', '=', provider)
    .executeTakeFirst()
  return row !== undefined
}

/** Takes a linked account away. */
export async function deleteAccount(db: Db, userId: string, provider: Provider): Promise<void> {
  await db.deleteFrom('accounts').where('user_id', '=', userId).where('provider_id', '=', provider).execute()
}

/** Somebody's password and linked accounts, oldest first. */
export const listAccounts = (db: Db, userId: string) =>
  db
    .selectFrom('accounts')
    .select(['provider_id', 'email', 'created_at'])
    .where('user_id', '=', userId)
    .orderBy('id')
    .execute()

/** Names somebody, and the organisation that was made with them. */
export async function rename(db: Db, userId: string, name: string): Promise<void> {
  await db.updateTable('users').set({ name }).where('id', '=', userId).execute()
  await db
    .updateTable('organisations')
    .set({ name })
    .where('id', 'in', (query) =>
      query
        .selectFrom('members')
        .select('organisation_id')
        .where('user_id', '=', userId)
        .where('role', '=', 'owner'),
    )
    .execute()
}

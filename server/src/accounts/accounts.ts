import { Email, newId, type OrganisationId, type Overrides, type UserId } from '@portal/contract'
import type { Kysely } from 'kysely'
import type { z } from 'zod'
import type { Tables } from '../db/index.ts'
import { AppError } from '../errors.ts'
import type { Events } from '../events/index.ts'
import { type Entitlements, invalidRequest } from '../http/index.ts'
import { findEntitlements } from './entitlements.ts'
import { NewUser, PlanId } from './new-user.ts'
import { hashPassword } from './password.ts'
import * as store from './store.ts'

/** A person who can sign in. */
export type User = {
  id: UserId
  email: string
  name: string
  role: 'user' | 'admin'
  emailVerified: boolean
  createdAt: Date
}

/** Who pays, and whose keys, chats and files they are. */
export type Organisation = { id: OrganisationId; name: string; slug: string; planId: PlanId }

type NewAccount = { user: User; organisation: Organisation }
type AlsoMake = (trx: Kysely<Tables>, made: NewAccount) => Promise<void>

/** People and their organisations. */
export type Accounts = {
  /**
   * Makes a user with an organisation of their own. The first one ever gets the Enterprise plan, others the default
   * one, unless `plan` says otherwise. What `also` makes comes into being with them or not at all.
   * @throws AppError invalid_request, or conflict when the e-mail address is taken
   */
  createUser: (user: NewUser, also?: AlsoMake) => Promise<NewAccount>
  /** The same inside the transaction given. */
  createUserWithin: (trx: Kysely<Tables>, user: NewUser) => Promise<NewAccount>
  /** Makes a further organisation, on the default plan, in the transaction. */
  createOrganisation: (
    trx: Kysely<Tables>,
    organisation: { name: string; ownerId: string },
  ) => Promise<Organisation>
  listUsers: () => Promise<(User & { planId: PlanId })[]>
  /** Null when nobody has this address, or it is none. */
  findUserByEmail: (email: string) => Promise<User | null>
  /**
   * Puts a user's own organisation on another plan.
   * @throws AppError not_found
   */
  setPlan: (change: { email: string; plan: PlanId }) => Promise<Organisation>
  /** Puts an organisation on a plan in the transaction; whoever caches it is told. */
  putOnPlan: (trx: Kysely<Tables>, organisationId: string, plan: PlanId) => Promise<void>
  /** Allows an organisation something else than its plan does, in the transaction; likewise. */
  setOverrides: (trx: Kysely<Tables>, organisationId: string, overrides: Overrides) => Promise<void>
  /**
   * The organisation that was made with the user.
   * @throws AppError not_found
   */
  organisationOf: (userId: string) => Promise<Organisation>
  /**
   * What an organisation's plan allows.
   * @throws AppError not_found
   */
  entitlementsOf: (organisationId: string) => Promise<Entitlements>
}

type AccountsDeps = {
  db: Kysely<Tables>
  events: Pick<Events, 'publish'>
  defaultPlan: PlanId
  /** Makes what every organisation begins with, in its transaction. */
  furnish?: (trx: Kysely<Tables>, organisation: { id: string; createdAt: Date }) => Promise<void>
  /** Milliseconds since 1970. */
  now: () => number
}

/** Builds the accounts of one database. */
export function createAccounts(deps: AccountsDeps): Accounts {
  const { db, events } = deps
  const tell = (trx: Kysely<Tables>, organisationId: string) =>
    events.publish(trx, { type: 'organisation-changed', organisationId })
  async function putOnPlan(trx: Kysely<Tables>, organisationId: string, plan: PlanId): Promise<void> {
    await store.setPlan(trx, organisationId, plan)
    await tell(trx, organisationId)
  }
  return {
    putOnPlan,
    async setOverrides(trx, organisationId, overrides) {
      await store.setOverrides(trx, organisationId, overrides)
      await tell(trx, organisationId)
    },
    createUser: (user, also) => createUser(deps, user, also),
    createUserWithin: async (trx, user) => insertAccount(trx, deps, await prepare(user)),
    createOrganisation: (trx, organisation) =>
      createOrganisation({ furnish: undefined, ...deps }, trx, organisation),
    listUsers: async () =>
      (await store.listUsers(db)).map((row) => ({ ...userFromRow(row), planId: PlanId.parse(row.plan_id) })),
    findUserByEmail: (email) => findUserByEmail(db, email),
    organisationOf: (userId) => organisationOf(db, userId),
    entitlementsOf: (organisationId) => findEntitlements(db, organisationId),
    setPlan: ({ email, plan }) =>
      db.transaction().execute(async (trx) => {
        const user = await findUserByEmail(trx, email)
        if (!user) throw new AppError('not_found', { message: `There is no user with the address ${email}.` })
        const organisation = await organisationOf(trx, user.id)
        await putOnPlan(trx, organisation.id, plan)
        return { ...organisation, planId: plan }
      }),
  }
}

async function createUser(deps: AccountsDeps, input: NewUser, also?: AlsoMake): Promise<NewAccount> {
  const prepared = await prepare(input)
  return deps.db.transaction().execute(async (trx) => {
    const made = await insertAccount(trx, deps, prepared)
    await also?.(trx, made)
    return made
  })
}

type Prepared = z.output<typeof NewUser> & { passwordHash: string | null }

/** Checks a new user and hashes the password, which takes long enough to hold no transaction up. */
async function prepare(input: NewUser): Promise<Prepared> {
  const parsed = NewUser.safeParse(input)
  if (!parsed.success) throw invalidRequest(parsed.error)
  const { password } = parsed.data
  return { ...parsed.data, passwordHash: password === null ? null : await hashPassword(password) }
}

async function insertAccount(
  trx: Kysely<Tables>,
  { defaultPlan, furnish, now }: AccountsDeps,
  { email, verified, role, plan, passwordHash, ...given }: Prepared,
): Promise<NewAccount> {
  const nowMs = now()
  const createdAt = new Date(nowMs)
  const name = given.name ?? email.slice(0, email.indexOf('@'))
  const user: User = { id: newId('user', nowMs), email, name, role, emailVerified: verified, createdAt }
  await store.lockUserCreation(trx)
  const planId = plan ?? ((await store.hasUsers(trx)) ? defaultPlan : 'enterprise')
  await insertUser(trx, user, passwordHash)
  const mine = { name, ownerId: user.id }
  return { user, organisation: await createOrganisation({ now, furnish, defaultPlan: planId }, trx, mine) }
}

type Founding = Pick<AccountsDeps, 'defaultPlan' | 'now'> & { furnish: AccountsDeps['furnish'] | undefined }

async function createOrganisation(
  { defaultPlan: planId, furnish, now }: Founding,
  trx: Kysely<Tables>,
  { name, ownerId }: { name: string; ownerId: string },
): Promise<Organisation> {
  const nowMs = now()
  const id = newId('organisation', nowMs)
  const slug = slugOf(name, id)
  const createdAt = new Date(nowMs)
  await store.insertOrganisation(
    trx,
    { id, name, slug, plan_id: planId, created_at: createdAt },
    { id: newId('member', nowMs), user_id: ownerId },
  )
  await furnish?.(trx, { id, createdAt })
  return { id, name, slug, planId }
}

async function insertUser(db: Kysely<Tables>, user: User, password: string | null): Promise<void> {
  const { id, email, name, role, emailVerified, createdAt } = user
  const times = { created_at: createdAt, updated_at: createdAt }
  const isNew = await store.insertUser(db, { id, email, name, role, email_verified: emailVerified, ...times })
  if (!isNew) throw new AppError('conflict', { message: 'There is already a user with this e-mail address.' })
  if (password === null) return
  const credential = {
    id: newId('account', createdAt.getTime()),
    account_id: id,
    provider_id: 'credential' as const,
    user_id: id,
  }
  await store.insertCredential(db, { ...credential, password, ...times })
}

async function findUserByEmail(db: Kysely<Tables>, text: string): Promise<User | null> {
  const email = Email.safeParse(text)
  const row = email.success && (await store.findUserByEmail(db, email.data))
  return row ? userFromRow(row) : null
}

async function organisationOf(db: Kysely<Tables>, userId: string): Promise<Organisation> {
  const row = await store.findOwnOrganisation(db, userId)
  if (!row) throw new AppError('not_found', { message: 'This user has no organisation.' })
  return { id: row.id as OrganisationId, name: row.name, slug: row.slug, planId: PlanId.parse(row.plan_id) }
}

const userFromRow = (row: store.UserRow): User => ({
  id: row.id as UserId,
  email: row.email,
  name: row.name,
  role: row.role,
  emailVerified: row.email_verified,
  createdAt: row.created_at,
})

/** The name as an address shows it, made unique by the end of the organisation's id. */
function slugOf(name: string, organisationId: string): string {
  const words = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[\u0300-\u036f]/g, '')
    .split(/[^a-z0-9]+/)
    .filter(Boolean)
  return [...words, organisationId.slice(-8)].join('-')
}

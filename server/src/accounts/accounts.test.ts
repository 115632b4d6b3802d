import { verify } from '@node-rs/argon2'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Database, openDatabase } from '../db/index.ts'
import { startTestCluster, type TestCluster } from '../db/test-database.ts'
import { createEvents, type Events, type PortalEvent } from '../events/index.ts'
import { createLog } from '../log/index.ts'
import { type Accounts, createAccounts } from './accounts.ts'
import type { NewUser, PlanId } from './new-user.ts'

const log = createLog('silent')
let nowMs = Date.parse('2026-03-04T05:06:07.890Z')
const now = () => nowMs
const password = 'SecureP@ssw0rd!'

let cluster: TestCluster
let database: Database
let events: Events
let accounts: Accounts

const accountsOn = (defaultPlan: PlanId) => createAccounts({ db: database.db, events, defaultPlan, now })

beforeAll(async () => {
  cluster = await startTestCluster()
})
afterAll(() => cluster.stop())
beforeEach(async () => {
  const { url } = await cluster.createDatabase()
  database = await openDatabase({ url, dataDir: '/nowhere', log })
  events = createEvents({ clientConfig: database.clientConfig, log })
  accounts = accountsOn('free')
  return () => database.close()
})

describe('createUser', () => {
  it('makes the user, an organisation of their own and a credential that better-auth signs in by', async () => {
    const { user, organisation } = await accounts.createUser({
      email: 'Ada@Example.com',
      password,
      name: 'Ada Löve',
    })
    expect(user).toEqual({
      id: expect.stringMatching(/^usr_/),
      email: 'ada@example.com',
      name: 'Ada Löve',
      role: 'user',
      emailVerified: false,
      createdAt: new Date(now()),
    })
    expect(organisation.slug).toMatch(/^ada-love-[0-9a-z]{8}$/)
    expect(await accounts.findUserByEmail(' ADA@example.COM ')).toEqual(user)
    expect(await accounts.organisationOf(user.id)).toEqual(organisation)
    const members = await database.db.selectFrom('members').selectAll().execute()
    expect(members).toMatchObject([{ organisation_id: organisation.id, user_id: user.id, role: 'owner' }])
    const [credential] = await database.db.selectFrom('accounts').selectAll().execute()
    expect(credential).toMatchObject({ provider_id: 'credential', account_id: user.id, user_id: user.id })
    expect(credential?.password).toMatch(/^\$argon2id\$/)
    expect(await verify(credential?.password ?? '', password)).toBe(true)
  })

  it('takes the name from the address where none is given, and what an operator may decide', async () => {
    const { user } = await accounts.createUser({
      email: 'grace@example.com',
      password,
      verified: true,
      role: 'admin',
    })
    expect(user).toMatchObject({ name: 'grace', emailVerified: true, role: 'admin' })
  })

  it('puts the first organisation on Enterprise, others on the default plan, and any on the plan asked for', async () => {
    const pro = accountsOn('pro')
    const planOf = async (user: Partial<NewUser>, with_: Accounts) =>
      (await with_.createUser({ email: '', password, ...user })).organisation.planId
    expect(await planOf({ email: 'a@example.com' }, accounts)).toBe('enterprise')
    expect(await planOf({ email: 'b@example.com' }, accounts)).toBe('free')
    expect(await planOf({ email: 'c@example.com' }, pro)).toBe('pro')
    expect(await planOf({ email: 'd@example.com', plan: 'enterprise' }, pro)).toBe('enterprise')
  })

  it('makes exactly one organisation the first, however many are created at once', async () => {
    const emails = Array.from({ length: 20 }, (_, i) => `user${i}@example.com`)
    const made = await Promise.all(emails.map((email) => accounts.createUser({ email, password })))
    expect(made.filter(({ organisation }) => organisation.planId === 'enterprise')).toHaveLength(1)
    expect(new Set(made.map(({ organisation }) => organisation.slug)).size).toBe(20)
  })

  it('makes one user of an address that is taken twenty times at once, in any spelling', async () => {
    const spellings = Array.from({ length: 20 }, (_, i) => (i % 2 ? 'Same@Example.com' : 'same@example.com'))
    const results = await Promise.allSettled(
      spellings.map((email) => accounts.createUser({ email, password })),
    )
    const refused = results.filter((result) => result.status === 'rejected')
    expect(refused).toHaveLength(19)
    for (const { reason } of refused) expect(reason).toMatchObject({ code: 'conflict', status: 409 })
    expect(await accounts.listUsers()).toHaveLength(1)
    expect(await database.db.selectFrom('organisations').selectAll().execute()).toHaveLength(1)
  })

  it.each([
    ['a@x.com,b@y.com', 'email'],
    ['not an address', 'email'],
    ['<b>@example.com', 'email'],
    [`${'a'.repeat(250)}@example.com`, 'email'],
  ])('refuses %s as an address', async (email, field) => {
    await expect(accounts.createUser({ email, password })).rejects.toMatchObject({
      code: 'invalid_request',
      param: field,
    })
    expect(await accounts.findUserByEmail(email)).toBeNull()
  })

  it('refuses a weak password, a name that is no text and fields it does not know', async () => {
    const base = { email: 'a@example.com', password }
    const refusal = (user: object) =>
      accounts.createUser(user as NewUser).then(
        () => null,
        (error: { param: string }) => error.param,
      )
    expect(await refusal({ ...base, password: 'weak' })).toBe('password')
    expect(await refusal({ ...base, password: { not: '' } })).toBe('password')
    expect(await refusal({ ...base, name: 'a\0b' })).toBe('name')
    expect(await refusal({ ...base, isAdmin: true })).toBe('isAdmin')
    expect(await accounts.listUsers()).toEqual([])
  })
})

describe('setPlan', () => {
  it('changes what the organisation may do and tells every process once', async () => {
    const { organisation } = await accounts.createUser({ email: 'a@example.com', password })
    await events.start()
    const arrived = new Promise<PortalEvent>((resolve) => events.subscribe(resolve))
    const changed = await accounts.setPlan({ email: 'A@example.com', plan: 'pro' })
    expect(changed).toEqual({ ...organisation, planId: 'pro' })
    expect(await arrived).toEqual({ type: 'organisation-changed', organisationId: organisation.id })
    await events.close()
    expect(await accounts.entitlementsOf(organisation.id)).toMatchObject({
      tier: 'PRO',
      tokensPerMonth: 50_000,
      tokenCeilingPercent: 200,
      keysMax: 10,
      parallelMax: 100,
      requestsPerMinute: 40_000,
      billingAnchorAt: expect.any(Number),
    })
  })

  it('says who is missing', async () => {
    await expect(accounts.setPlan({ email: 'nobody@example.com', plan: 'pro' })).rejects.toMatchObject({
      code: 'not_found',
      message: 'There is no user with the address nobody@example.com.',
    })
  })
})

it('lists every user once, oldest first, with their plan', async () => {
  await accounts.createUser({ email: 'z@example.com', password })
  nowMs += 1
  const { user } = await accountsOn('pro').createUser({ email: 'a@example.com', password })
  expect(await accounts.listUsers()).toEqual([
    expect.objectContaining({ email: 'z@example.com', planId: 'enterprise' }),
    { ...user, planId: 'pro' },
  ])
})

it('knows no entitlements and no organisation where there is none', async () => {
  await expect(accounts.entitlementsOf('org_none')).rejects.toMatchObject({ code: 'not_found' })
  await expect(accounts.organisationOf('usr_none')).rejects.toMatchObject({ code: 'not_found' })
})

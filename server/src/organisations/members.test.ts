import type { OrganisationRole } from '@portal/contract'
import { beforeAll, describe, expect, test } from 'vitest'
import { eventually } from '../test/index.ts'
import { actingFor, type TestMember, type TestOrganisation, useOrganisations } from './test-organisations.ts'

const { anOrganisation, aMember, aKeyOf, withKey, aSignedIn, aTwoFactorPerson, invite, mailTo, portal } =
  useOrganisations()

const setRole = ({ path }: TestOrganisation, by: TestMember, [{ id }, role]: [{ id: string }, string]) =>
  by.browser.send('PATCH', `${path}/members/${id}`, { body: { role } })
const remove = ({ path }: TestOrganisation, by: TestMember, { id }: { id: string }) =>
  by.browser.send('DELETE', `${path}/members/${id}`)
const membersOf = async ({ path }: TestOrganisation, by: TestMember) =>
  (await by.browser.get(`${path}/members`)).body.data

describe('every role at every endpoint', () => {
  const roles = ['owner', 'admin', 'member', 'billing', 'viewer', 'outsider'] as const
  type Who = (typeof roles)[number]
  type Expected = Record<Who, 'in' | 'not asked' | number>
  let organisation: TestOrganisation
  let people: Record<Who, TestMember>
  let invitationId: string
  beforeAll(async () => {
    organisation = await anOrganisation()
    const joined = async (role: OrganisationRole) => aMember(organisation, role)
    people = {
      owner: organisation.owner,
      admin: await joined('admin'),
      member: await joined('member'),
      billing: await joined('billing'),
      viewer: await joined('viewer'),
      outsider: await aSignedIn(),
    }
    await invite(organisation, 'open@example.com')
    const { body } = await organisation.owner.browser.get(`${organisation.path}/invitations`)
    invitationId = body.data[0].id
  })

  // What each is answered where it may not; 'in' stands for anything that got past the question who may.
  const all: Expected = { owner: 'in', admin: 'in', member: 'in', billing: 'in', viewer: 'in', outsider: 404 }
  const managers: Expected = { ...all, member: 403, billing: 403, viewer: 403 }
  const owners: Expected = { ...managers, admin: 403 }
  const nobody = { owner: 400, admin: 400, member: 400, billing: 400, viewer: 400, outsider: 400 } as const
  const asks: [method: string, path: string, body: object | undefined, expected: Expected][] = [
    ['GET', '', undefined, all],
    ['PATCH', '', { name: 'Ada' }, managers],
    ['DELETE', '', { name: 'not its name' }, owners],
    ['POST', '/transfer', { userId: 'usr_nobody' }, owners],
    ['GET', '/members', undefined, all],
    ['PATCH', '/members/:owner', { role: 'owner' }, owners],
    ['PATCH', '/members/:viewer', { role: 'viewer' }, managers],
    ['PATCH', '/members/:viewer', { role: 'owner' }, { ...owners, owner: 'not asked' }],
    ['DELETE', '/members/:owner', undefined, { ...owners, owner: 'not asked' }],
    ['GET', '/invitations', undefined, managers],
    ['POST', '/invitations', { email: 'open@example.com', role: 'owner' }, nobody],
    [
      'POST',
      '/invitations',
      { email: 'viewer@example.com', role: 'viewer' },
      { ...managers, admin: 'not asked' },
    ],
    ['POST', '/invitations/:invitation/resend', undefined, managers],
    ['DELETE', '/invitations/inv_nothing', undefined, managers],
    ['GET', '/audit', undefined, managers],
    ['GET', '/audit/export', undefined, managers],
  ]
  test.each(asks.map(([method, path, body, expected]) => ({ method, path, body, expected })))(
    '[O-02] [O-06] $method $path $body',
    async ({ method, path, body, expected }) => {
      const url = `${organisation.path}${path}`
        .replace(':owner', people.owner.id)
        .replace(':viewer', people.viewer.id)
        .replace(':invitation', invitationId)
      for (const role of roles) {
        const wanted = expected[role]
        if (wanted === 'not asked') continue
        const { status } = await people[role].browser.send(method, url, body && { body })
        if (wanted === 'in') expect([role, [401, 403].includes(status)]).toEqual([role, false])
        else expect([role, status]).toEqual([role, wanted])
      }
      // Nothing of it happened.
      const left = await membersOf(organisation, organisation.owner)
      expect(left.map((one: { role: string }) => one.role)).toEqual(roles.slice(0, 5))
    },
  )

  test.each(['/leave', '/switch'])('[O-02] %s of another’s and of none are the same 404', async (path) => {
    const { browser } = people.outsider
    const another = await browser.post(organisation.path + path)
    const none = await browser.post(`/api/organisations/org_00000000000000000000000000${path}`)
    const nonsense = await browser.post(`/api/organisations/%00${path}`)
    for (const { status, body } of [another, none, nonsense])
      expect([status, body.error]).toEqual([404, 'There is no such organisation.'])
  })

  test('[O-02] another organisation’s people and invitations are not reached through one’s own', async () => {
    const { id } = await actingFor(people.outsider.browser)
    const own = { id, path: `/api/organisations/${id}`, owner: people.outsider }
    expect((await setRole(own, people.outsider, [people.member, 'viewer'])).status).toBe(404)
    expect((await remove(own, people.outsider, people.member)).status).toBe(404)
    const { browser } = people.outsider
    expect((await browser.send('DELETE', `${own.path}/invitations/${invitationId}`)).status).toBe(404)
    expect((await browser.post(`${own.path}/invitations/${invitationId}/resend`)).status).toBe(404)
    expect(await membersOf(own, people.outsider)).toHaveLength(1)
  })

  test('[O-09] all see names and roles; addresses from member on; two factors and last use managers', async () => {
    const seenBy = async (role: Who) => {
      const list = await membersOf(organisation, people[role])
      return Object.fromEntries(list.map((one: { userId: string }) => [one.userId, one]))
    }
    for (const role of ['owner', 'admin'] as const) {
      expect((await seenBy(role))[people.viewer.id]).toEqual({
        ...{ userId: people.viewer.id, name: 'Ada', email: people.viewer.email, role: 'viewer' },
        ...{ joinedAt: expect.any(String), twoFactorEnabled: false, lastSeenAt: expect.any(String) },
      })
    }
    const member = (await seenBy('member'))[people.viewer.id]
    expect(member).toMatchObject({ email: people.viewer.email, twoFactorEnabled: null, lastSeenAt: null })
    for (const role of ['billing', 'viewer'] as const) {
      const seen = await seenBy(role)
      expect(seen[people.owner.id]).toMatchObject({ name: 'Ada', role: 'owner', email: null })
      expect(seen[people.owner.id]).toMatchObject({ twoFactorEnabled: null, lastSeenAt: null })
      expect(seen[people[role].id]).toMatchObject({ email: people[role].email, twoFactorEnabled: false })
    }
  })

  test('[O-09] the list is paged, the first joined first', async () => {
    const first = await people.owner.browser.get(`${organisation.path}/members?limit=3`)
    const second = await people.owner.browser.get(
      `${organisation.path}/members?limit=3&cursor=${first.body.nextCursor}`,
    )
    const seen = [...first.body.data, ...second.body.data].map(({ role }) => role)
    expect([seen, second.body.nextCursor]).toEqual([roles.slice(0, 5), null])
    const wrong = await people.owner.browser.get(`${organisation.path}/members?cursor=1`)
    expect([wrong.status, wrong.body.param]).toEqual([400, 'cursor'])
  })

  test('[O-06] no key manages members or invitations, an owner’s neither', async () => {
    const { secret } = await aKeyOf(people.owner)
    const asked = await Promise.all(
      [
        withKey(secret, `${organisation.path}/members`),
        withKey(secret, `${organisation.path}/invitations`),
        withKey(secret, '/api/organisations', { method: 'POST', body: '{"name":"Theirs"}' }),
        withKey(secret, '/api/user/activity'),
      ].map((answer) => answer.then(({ status }) => status)),
    )
    expect(asked).toEqual([403, 403, 403, 403])
  })
})

test('[O-09] a second factor shows', async () => {
  const organisation = await anOrganisation()
  const careful = await aTwoFactorPerson()
  const token = await invite(organisation, careful.email)
  await careful.browser.post('/api/invitations/accept', { token })
  const list = await membersOf(organisation, organisation.owner)
  expect(list.map((one: { twoFactorEnabled: boolean }) => one.twoFactorEnabled)).toEqual([false, true])
})

describe('owners', () => {
  test('[O-07] of two who demote each other at once, one remains, as often as they try', async () => {
    const organisation = await anOrganisation()
    const pair = [organisation.owner, await aMember(organisation, 'owner')] as const
    for (let round = 0; round < 10; round++) {
      const both = await Promise.all([
        setRole(organisation, pair[0], [pair[1], 'viewer']),
        setRole(organisation, pair[1], [pair[0], 'viewer']),
      ])
      expect(both.map(({ status }) => status).sort()).toEqual([200, 403])
      const [winner, loser] = both[0].status === 200 ? pair : [pair[1], pair[0]]
      const left = await membersOf(organisation, winner)
      expect(left.map((one: { role: string }) => one.role).sort()).toEqual(['owner', 'viewer'])
      await setRole(organisation, winner, [loser, 'owner'])
    }
  })

  test('[O-07] of two who leave or step down at once, one remains', async () => {
    const organisation = await anOrganisation()
    const other = await aMember(organisation, 'owner')
    const both = await Promise.all([
      organisation.owner.browser.post(`${organisation.path}/leave`),
      setRole(organisation, other, [other, 'member']),
    ])
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409])
  })

  test('[O-07] of one who steps down while the other’s account is deleted, one remains', async () => {
    const organisation = await anOrganisation()
    const { id, owner } = organisation
    const other = await aMember(organisation, 'owner')
    const { pool, services } = portal()
    await pool.query(`update users set deletion_at = now() - interval '1 day' where id = $1`, [owner.id])
    await Promise.all([
      setRole(organisation, other, [other, 'viewer']),
      services.profiles.deletions.deleteDue(),
    ])
    const { rows } = await pool.query(`select role from members where organisation_id = $1`, [id])
    expect(rows.filter(({ role }) => role === 'owner')).toHaveLength(1)
  })

  test('[O-06] an admin changes everybody but owners, and makes none', async () => {
    const organisation = await anOrganisation()
    const [admin, second, member] = [
      await aMember(organisation, 'admin'),
      await aMember(organisation, 'admin'),
      await aMember(organisation),
    ]
    expect((await setRole(organisation, admin, [second, 'billing'])).body.role).toBe('billing')
    expect((await setRole(organisation, admin, [member, 'admin'])).body.role).toBe('admin')
    expect((await setRole(organisation, admin, [admin, 'owner'])).status).toBe(403)
    expect((await remove(organisation, admin, second)).status).toBe(200)
    expect((await remove(organisation, admin, second)).status).toBe(404)
    expect((await setRole(organisation, admin, [admin, 'member'])).body.role).toBe('member')
    expect((await remove(organisation, admin, member)).status).toBe(403)
  })
})

describe('what becomes of somebody’s sessions and keys', () => {
  test('[O-05] removed: the sessions act elsewhere at once, and the keys stop within a second', async () => {
    const organisation = await anOrganisation()
    const member = await aMember(organisation)
    const key = await aKeyOf(member)
    expect((await withKey(key.secret)).status).toBe(200)
    expect((await remove(organisation, organisation.owner, member)).status).toBe(200)
    await eventually(async () => expect((await withKey(key.secret)).code).toBe('key_revoked'), 1000)
    expect((await actingFor(member.browser)).id).not.toBe(organisation.id)
    expect((await member.browser.get(`/api/keys/${key.id}`)).status).toBe(404)
  })

  test('[O-05] [O-15] every key that stops is in the audit log with its id and prefix, and the count with who did it', async () => {
    const organisation = await anOrganisation()
    const { owner, path } = organisation
    const [member, other] = [await aMember(organisation), await aMember(organisation)]
    const keys = [await aKeyOf(member), await aKeyOf(member)]
    const gone = await aKeyOf(member)
    await member.browser.post(`/api/keys/${gone.id}/revoke`)
    const others = await aKeyOf(other)
    // From a session that acts for another organisation of the owner's.
    const { body: elsewhere } = await owner.browser.post('/api/organisations', { name: 'Elsewhere' })
    await owner.browser.post(`/api/organisations/${elsewhere.id}/switch`)
    await remove(organisation, owner, member)
    const { body } = await owner.browser.get(`${path}/audit?action=key.revoked&actor=${owner.id}`)
    const byId = (one: { details: { keyId: string } }, two: typeof one) =>
      one.details.keyId < two.details.keyId ? -1 : 1
    expect(body.data.sort(byId)).toMatchObject(
      keys.map(({ id, secret }) => ({
        ...{ actor: { id: owner.id }, subject: { id: member.id }, organisationId: organisation.id },
        ipAddress: expect.stringMatching(/^203\.0\./),
        details: {
          ...{ keyId: id, name: 'A key', prefix: secret.slice(0, 12), leaked: false },
          reason: 'Its owner left the organisation.',
        },
      })),
    )
    const { body: removed } = await owner.browser.get(`${path}/audit?action=member.removed`)
    expect(removed.data[0].details).toEqual({ role: 'member', keysRevoked: 2 })
    expect((await withKey(others.secret)).status).toBe(200)
  })

  test('[O-05] whoever is removed is told by whom and from where; who goes by themselves is not', async () => {
    const organisation = await anOrganisation()
    const { owner, path } = organisation
    await owner.browser.send('PATCH', path, { body: { name: 'Acme Works' } })
    await owner.browser.send('PATCH', '/api/user/profile', { body: { name: 'Olga Owner' } })
    const [removed, selfRemoved, left] = [
      await aMember(organisation, 'admin'),
      await aMember(organisation, 'admin'),
      await aMember(organisation),
    ]
    await aKeyOf(removed)
    await left.browser.post(`${path}/leave`)
    await remove(organisation, selfRemoved, selfRemoved)
    await remove(organisation, owner, removed)
    const { subject, text } = await mailTo(removed.email, 'member-removed')
    expect(subject).toBe('You were removed from Acme Works')
    expect(text).toContain('Olga Owner removed you from the organisation “Acme Works” on ')
    expect(text).toContain('The API key that you had there has stopped working.')
    const { rows } = await portal().pool.query(`select recipient from mails where kind = 'member-removed'`)
    const told = rows.map(({ recipient }) => recipient)
    expect(told).toContain(removed.email)
    for (const { email } of [selfRemoved, left]) expect(told).not.toContain(email)
  })

  test('[O-08] demoted: sessions and keys only see from then on, and do all again when promoted', async () => {
    const organisation = await anOrganisation()
    const member = await aMember(organisation)
    const key = await aKeyOf(member)
    const make = () => withKey(key.secret, '/api/keys', { method: 'POST', body: '{"name":"Another"}' })
    const complete = () =>
      withKey(key.secret, '/api/chat/completions', {
        method: 'POST',
        body: JSON.stringify({ model: 'test-model', messages: [{ role: 'user', content: 'Hello' }] }),
      })
    expect((await make()).status).toBe(201)
    await setRole(organisation, organisation.owner, [member, 'viewer'])
    await eventually(async () => expect((await make()).status).toBe(403), 1000)
    expect((await complete()).status).toBe(403)
    expect((await withKey(key.secret)).status).toBe(200)
    expect((await member.browser.post('/api/keys', { name: 'Mine' })).status).toBe(403)
    await setRole(organisation, organisation.owner, [member, 'member'])
    await eventually(async () => expect((await complete()).status).toBe(200), 1000)
  })

  test('[O-10] a member changes their own keys alone; owners and admins everybody’s', async () => {
    const organisation = await anOrganisation()
    const [member, admin] = [await aMember(organisation), await aMember(organisation, 'admin')]
    const [owners, members] = [await aKeyOf(organisation.owner), await aKeyOf(member)]
    const rename = (by: TestMember, { id }: { id: string }) =>
      by.browser.send('PATCH', `/api/keys/${id}`, { body: { name: 'Renamed' } })
    expect((await rename(member, members)).status).toBe(200)
    expect((await rename(member, owners)).status).toBe(403)
    expect((await member.browser.post(`/api/keys/${owners.id}/regenerate`)).status).toBe(403)
    expect((await rename(admin, owners)).status).toBe(200)
    const withMembers = { method: 'DELETE' }
    expect((await withKey(members.secret, `/api/keys/${owners.id}`, withMembers)).status).toBe(403)
  })

  test('[O-10] whoever gets the new secret of another’s key acts as themselves with it', async () => {
    const organisation = await anOrganisation()
    const admin = await aMember(organisation, 'admin')
    const key = await aKeyOf(organisation.owner)
    const path = `/api/keys/${key.id}/regenerate`
    expect((await admin.browser.post(path, { graceSeconds: 60 })).status).toBe(409)
    const { body } = await admin.browser.post(path)
    expect((await withKey(body.key, '/api/user/profile')).body).toMatchObject({ email: admin.email })
    await eventually(async () => expect((await withKey(key.secret)).code).toBe('invalid_api_key'), 1000)
  })
})

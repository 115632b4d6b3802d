import { describe, expect, test } from 'vitest'
import { eventually } from '../test/index.ts'
import { actingFor, useOrganisations } from './test-organisations.ts'

const { anOrganisation, aMember, aKeyOf, withKey, anotherDevice, aSignedIn, portal, invite } =
  useOrganisations()

const listOf = async (browser: { get: (path: string) => Promise<{ body: { data: { id: string }[] } }> }) =>
  (await browser.get('/api/organisations')).body.data

describe('one’s organisations', () => {
  test('[O-01] [O-03] whoever signs up has one of their own, and the session says which, as what, on which plan', async () => {
    const { id, path, owner } = await anOrganisation()
    expect(await actingFor(owner.browser)).toEqual({ id, name: 'Ada', role: 'owner', tier: 'ENTERPRISE' })
    const shown = {
      ...{ id, name: 'Ada', role: 'owner', tier: 'ENTERPRISE', memberCount: 1, current: true },
      createdAt: expect.any(String),
    }
    expect(await listOf(owner.browser)).toEqual([shown])
    expect((await owner.browser.get(path)).body).toEqual(shown)
  })

  test('[O-01] a further one is on the default plan, is one’s own, and is not acted for until switched to', async () => {
    const { id, owner } = await anOrganisation()
    const { status, body } = await owner.browser.post('/api/organisations', { name: ' Second ' })
    expect([status, body]).toEqual([
      201,
      expect.objectContaining({ name: 'Second', role: 'owner', tier: 'ENTERPRISE', current: false }),
    ])
    expect((await actingFor(owner.browser)).id).toBe(id)
    expect((await listOf(owner.browser)).map((one) => one.id)).toEqual([id, body.id])
  })

  test('[O-01] of twelve made at once by somebody who owns one, nine are made', async () => {
    const { owner } = await anOrganisation()
    const all = await Promise.all(
      Array.from({ length: 12 }, (_, i) => owner.browser.post('/api/organisations', { name: `Number ${i}` })),
    )
    expect(all.map(({ status }) => status).sort()).toEqual([...Array(9).fill(201), 409, 409, 409])
    expect(all.find(({ status }) => status === 409)?.body.error).toContain('10')
    expect(await listOf(owner.browser)).toHaveLength(10)
  })

  test.each([
    [{}, 'name'],
    [{ name: '' }, 'name'],
    [{ name: 'a\nb' }, 'name'],
    [{ name: { not: '' } }, 'name'],
    [{ name: 'Good', planId: 'enterprise' }, 'planId'],
  ])('[O-01] %j makes none: 400 for %s', async (wrong, param) => {
    const { browser } = await aSignedIn()
    const { status, body } = await browser.post('/api/organisations', wrong)
    expect([status, body.param]).toEqual([400, param])
  })

  test('[O-03] switching moves this session alone, and what it makes from then on', async () => {
    const { id, owner } = await anOrganisation()
    const phone = await anotherDevice(owner)
    const { body: second } = await owner.browser.post('/api/organisations', { name: 'Second' })
    const switched = await owner.browser.post(`/api/organisations/${second.id}/switch`)
    expect([switched.status, switched.body]).toEqual([200, { ...second, current: true }])
    expect((await actingFor(owner.browser)).id).toBe(second.id)
    expect((await actingFor(phone)).id).toBe(id)
    const key = await aKeyOf(owner)
    expect((await withKey(key.secret, '/api/organisations')).body.data).toEqual([
      expect.objectContaining({ id: second.id, current: true }),
    ])
    expect((await phone.get(`/api/keys/${key.id}`)).status).toBe(404)
  })
})

describe('deleting one', () => {
  test('[O-04] takes its name, and never one’s last', async () => {
    const { id, path, owner } = await anOrganisation()
    const remove = (body: object) => owner.browser.send('DELETE', path, { body })
    expect((await remove({})).status).toBe(400)
    const misnamed = await remove({ name: 'ada' })
    expect([misnamed.status, misnamed.body.param]).toEqual([400, 'name'])
    expect((await remove({ name: 'Ada' })).status).toBe(409)
    await owner.browser.post('/api/organisations', { name: 'Second' })
    expect((await remove({ name: 'Ada' })).status).toBe(200)
    expect((await owner.browser.get(path)).status).toBe(404)
    expect(await listOf(owner.browser)).toEqual([expect.objectContaining({ name: 'Second', current: true })])
    const { rows } = await portal().pool.query('select 1 from organisations where id = $1', [id])
    expect(rows).toEqual([])
  })

  test('[O-04] stops its keys and links within a second, and nobody in it is without one', async () => {
    const organisation = await anOrganisation()
    const { owner, path } = organisation
    const homeless = await aMember(organisation)
    const own = (await listOf(homeless.browser)).find(({ id }) => id !== organisation.id)
    await homeless.browser.send('DELETE', `/api/organisations/${own?.id}`, { body: { name: 'Ada' } })
    expect(await listOf(homeless.browser)).toHaveLength(1)
    const key = await aKeyOf(homeless)
    expect((await withKey(key.secret)).status).toBe(200)
    const token = await invite(organisation, 'late@example.com')
    await owner.browser.post('/api/organisations', { name: 'Second' })
    expect((await owner.browser.send('DELETE', path, { body: { name: 'Ada' } })).status).toBe(200)
    await eventually(async () => expect((await withKey(key.secret)).code).toBe('invalid_api_key'), 1000)
    expect((await actingFor(owner.browser)).name).toBe('Second')
    expect(await listOf(homeless.browser)).toEqual([
      expect.objectContaining({ role: 'owner', current: true, memberCount: 1 }),
    ])
    expect((await owner.browser.post('/api/invitations/preview', { token })).body.code).toBe('invalid_token')
  })

  test('[O-04] two at once leave the last one', async () => {
    const { owner, path } = await anOrganisation()
    const { body: second } = await owner.browser.post('/api/organisations', { name: 'Second' })
    const both = await Promise.all([
      owner.browser.send('DELETE', path, { body: { name: 'Ada' } }),
      owner.browser.send('DELETE', `/api/organisations/${second.id}`, { body: { name: 'Second' } }),
    ])
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409])
    expect(await listOf(owner.browser)).toHaveLength(1)
  })
})

describe('leaving one', () => {
  test('[O-05] stops the keys made there and says why, and the sessions go on elsewhere', async () => {
    const organisation = await anOrganisation()
    const member = await aMember(organisation)
    const phone = await anotherDevice(member)
    const [key, owners] = [await aKeyOf(member), await aKeyOf(organisation.owner)]
    expect([(await withKey(key.secret)).status, (await actingFor(phone)).id]).toEqual([200, organisation.id])
    expect((await member.browser.post(`${organisation.path}/leave`)).status).toBe(200)
    await eventually(async () => expect((await withKey(key.secret)).code).toBe('key_revoked'), 1000)
    expect((await withKey(owners.secret)).status).toBe(200)
    const { body } = await organisation.owner.browser.get(`/api/keys/${key.id}`)
    expect(body).toMatchObject({ status: 'REVOKED', revokeReason: 'Its owner left the organisation.' })
    for (const browser of [member.browser, phone]) {
      expect(await actingFor(browser)).toMatchObject({ name: 'Ada', role: 'owner' })
      expect((await browser.get(organisation.path)).status).toBe(404)
    }
  })

  test('[O-05] the key of somebody who left works again for nobody', async () => {
    const organisation = await anOrganisation()
    const member = await aMember(organisation)
    const key = await aKeyOf(member)
    await member.browser.post(`${organisation.path}/leave`)
    const { status, body } = await organisation.owner.browser.post(`/api/keys/${key.id}/reactivate`)
    expect([status, body.code]).toEqual([409, 'conflict'])
    // Not even where the row says that it would.
    await portal().pool.query('update api_keys set revoked_at = null where id = $1', [key.id])
    expect((await withKey(key.secret)).code).toBe('key_revoked')
  })

  test('[O-05] a key that is made while its maker leaves does not outlive that', async () => {
    const organisation = await anOrganisation()
    const member = await aMember(organisation)
    const [, ...made] = await Promise.all([
      member.browser.post(`${organisation.path}/leave`),
      ...Array.from({ length: 6 }, (_, i) => member.browser.post('/api/keys', { name: `Key ${i}` })),
    ])
    const { rows } = await portal().pool.query(
      'select id from api_keys where organisation_id = $1 and user_id = $2 and revoked_at is null',
      [organisation.id, member.id],
    )
    expect(rows).toEqual([])
    expect(made.map(({ status }) => status).filter((status) => status >= 500)).toEqual([])
  })

  test('[O-01] [O-05] whoever leaves the last two at once has a fresh one of their own', async () => {
    const [first, second] = [await anOrganisation(), await anOrganisation()]
    const member = await aMember(first)
    const { body: own } = await member.browser.get('/api/organisations')
    const mine = own.data.find((one: { role: string }) => one.role === 'owner')
    await member.browser.send('DELETE', `/api/organisations/${mine.id}`, { body: { name: 'Ada' } })
    const token = await invite(second, member.email)
    await member.browser.post('/api/invitations/accept', { token })
    const left = await Promise.all([
      member.browser.post(`${first.path}/leave`),
      member.browser.post(`${second.path}/leave`),
    ])
    expect(left.map(({ status }) => status)).toEqual([200, 200])
    expect(await listOf(member.browser)).toEqual([expect.objectContaining({ role: 'owner', current: true })])
  })

  test('[O-07] the last owner cannot', async () => {
    const organisation = await anOrganisation()
    await aMember(organisation)
    const { status, body } = await organisation.owner.browser.post(`${organisation.path}/leave`)
    expect([status, body.error]).toEqual([409, expect.stringContaining('keeps an owner')])
  })
})

describe('handing one over', () => {
  test('[O-06] makes the heir an owner and the giver an admin, whose next request knows', async () => {
    const organisation = await anOrganisation()
    const heir = await aMember(organisation, 'viewer')
    const { browser } = organisation.owner
    const { status, body } = await browser.post(`${organisation.path}/transfer`, { userId: heir.id })
    expect([status, body.role]).toEqual([200, 'admin'])
    expect((await actingFor(browser)).role).toBe('admin')
    expect((await actingFor(heir.browser)).role).toBe('owner')
    const again = await browser.post(`${organisation.path}/transfer`, { userId: heir.id })
    expect(again.status).toBe(403)
  })

  test('[O-06] goes to nobody who is not in it, not to oneself, and not beyond ten', async () => {
    const organisation = await anOrganisation()
    const [heir, outsider] = [await aMember(organisation), await aSignedIn()]
    const transfer = (userId: string) =>
      organisation.owner.browser.post(`${organisation.path}/transfer`, { userId })
    expect((await transfer(outsider.id)).status).toBe(404)
    expect((await transfer('usr_\0')).status).toBe(404)
    expect((await transfer(organisation.owner.id)).status).toBe(409)
    for (let i = 0; i < 9; i++) await heir.browser.post('/api/organisations', { name: `Number ${i}` })
    expect((await transfer(heir.id)).status).toBe(409)
    expect((await actingFor(organisation.owner.browser)).role).toBe('owner')
  })
})

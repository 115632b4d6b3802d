import { describe, expect, test } from 'vitest'
import { anAddress } from '../sign-in/test-people.ts'
import { actingFor, type TestMember, type TestOrganisation, useOrganisations } from './test-organisations.ts'

const { anOrganisation, aMember, aSignedIn, aKeyOf, withKey, invite, portal } = useOrganisations()

type Event = {
  id: string
  action: string
  actor: { id: string } | null
  subject: { id: string } | null
  actorKeyId: string | null
  ipAddress: string | null
  details: Record<string, unknown>
}
const eventsOf = async ({ path, owner }: TestOrganisation, query = ''): Promise<Event[]> => {
  const { status, body } = await owner.browser.get(`${path}/audit?limit=100${query}`)
  if (status !== 200) throw new Error(`It was a ${status}: ${body.error}`)
  return body.data
}
const actionsOf = async (organisation: TestOrganisation, query = '') =>
  (await eventsOf(organisation, query)).map(({ action }) => action)

/** So many events of an organisation's, one a second up to now, straight into the table. */
async function fill({ id }: { id: string }, count: number): Promise<void> {
  const { pool } = portal()
  await pool.query(
    `insert into audit_events (id, at, organisation_id, actor_id, action)
     select 'aud_00' || substr(md5($1 || n), 1, 24), now() - (n || ' s')::interval, $1, 'usr_somebody', 'key.updated'
     from generate_series(1, $2::int) n`,
    [id, count],
  )
  // As autovacuum does after so many rows.
  await pool.query('analyze audit_events')
}

describe('what was done in an organisation', () => {
  test('[O-15] every act on it, its members, invitations and keys is there, newest first, with who and from where', async () => {
    const address = anAddress()
    const owner = await aSignedIn(address)
    const { id } = await actingFor(owner.browser)
    const organisation: TestOrganisation = { id, path: `/api/organisations/${id}`, owner }
    const { browser } = owner
    await browser.send('PATCH', organisation.path, { body: { name: 'Works' } })
    const member = await aMember(organisation, 'member')
    await invite(organisation, 'nobody@example.com')
    const { body } = await browser.get(`${organisation.path}/invitations`)
    const invitation = `${organisation.path}/invitations/${body.data[0].id}`
    await browser.post(`${invitation}/resend`)
    await browser.send('DELETE', invitation)
    const key = await aKeyOf(owner)
    await browser.send('PATCH', `/api/keys/${key.id}`, { body: { name: 'New', rpmLimit: 5 } })
    await browser.post(`/api/keys/${key.id}/regenerate`)
    await browser.post(`/api/keys/${key.id}/revoke`, { reason: 'Not needed.' })
    await browser.post(`/api/keys/${key.id}/reactivate`)
    await browser.send('DELETE', `/api/keys/${key.id}`)
    const change = `${organisation.path}/members/${member.id}`
    await browser.send('PATCH', change, { body: { role: 'admin' } })
    await browser.post(`${organisation.path}/transfer`, { userId: member.id })
    await member.browser.send('DELETE', `${organisation.path}/members/${owner.id}`)
    const asMember = { ...organisation, owner: member }
    const actions = await actionsOf(asMember)
    expect(actions).toContain('invitation.accepted')
    // Of the same instant as the joining, before or after it.
    expect(actions.filter((action) => action !== 'invitation.accepted')).toEqual([
      ...['member.removed', 'organisation.transferred', 'member.role-changed'],
      ...['key.deleted', 'key.reactivated', 'key.revoked', 'key.regenerated', 'key.updated', 'key.created'],
      ...['invitation.withdrawn', 'invitation.resent', 'invitation.created'],
      ...['member.joined', 'invitation.created'],
      ...['organisation.renamed', 'user.signed-in', 'user.registered'],
    ])
    const all = await eventsOf(asMember)
    const updated = all.find(({ action }) => action === 'key.updated')
    expect(updated).toMatchObject({
      ...{ actor: { id: owner.id, name: 'Ada' }, subject: { id: owner.id }, ipAddress: address },
      ...{ actorKeyId: null, details: { keyId: key.id, name: 'New', fields: 'name, rpmLimit' } },
    })
    const changed = all.find(({ action }) => action === 'member.role-changed')
    expect(changed).toMatchObject({
      ...{ subject: { id: member.id, name: 'Ada' }, details: { from: 'member', to: 'admin' } },
    })
  })

  test('[O-15] what a key does is told of the key and its owner; what is refused leaves nothing', async () => {
    const organisation = await anOrganisation()
    const key = await aKeyOf(organisation.owner)
    const made = await withKey(key.secret, '/api/keys', { method: 'POST', body: '{"name":"By a key"}' })
    await organisation.owner.browser.post('/api/keys/key_00000000000000000000000000/revoke')
    await organisation.owner.browser.send('PATCH', `/api/keys/${key.id}`, { body: { rpmLimit: -1 } })
    const [latest, first] = await eventsOf(organisation, '&action=key.created')
    expect(latest).toMatchObject({ actorKeyId: key.id, actor: { id: organisation.owner.id } })
    expect(latest?.details).toEqual({ keyId: made.body.id, name: 'By a key' })
    expect(first?.actorKeyId).toBeNull()
    expect(await actionsOf(organisation, '&action=key.revoked')).toEqual([])
    expect(await actionsOf(organisation, '&action=key.updated')).toEqual([])
  })

  test('[O-16] is paged without a gap or a repeat while more is done, and filtered', async () => {
    const organisation = await anOrganisation()
    const { browser } = organisation.owner
    await fill(organisation, 25)
    const seen: string[] = []
    let cursor = ''
    do {
      const { body } = await browser.get(`${organisation.path}/audit?limit=10&action=key.updated${cursor}`)
      seen.push(...body.data.map(({ id }: Event) => id))
      cursor = body.nextCursor && `&cursor=${body.nextCursor}`
      await aKeyOf(organisation.owner)
    } while (cursor)
    expect(seen).toEqual([...new Set(seen)].sort().reverse())
    expect(seen).toHaveLength(25)
    expect(await actionsOf(organisation, `&actor=${organisation.owner.id}&action=key.created`)).toHaveLength(
      3,
    )
    expect(await actionsOf(organisation, '&actor=usr_somebody')).toHaveLength(25)
    const now = new Date(Date.now() + 1000).toISOString()
    expect(await actionsOf(organisation, `&from=${now}`)).toEqual([])
    expect((await actionsOf(organisation, `&to=${now}`)).length).toBeGreaterThan(27)
    const { rows } = await portal().pool.query(
      `select at from audit_events where organisation_id = $1 and action = 'key.created' order by id limit 1`,
      [organisation.id],
    )
    const at = rows[0].at.toISOString()
    expect(await actionsOf(organisation, `&action=key.created&from=${at}`)).toHaveLength(3)
    expect(await actionsOf(organisation, `&action=key.created&to=${at}`)).toHaveLength(0)
  })

  test.each(['action=nothing', 'cursor=1', 'from=yesterday', 'limit=0', 'limit=101', 'actor=%00', 'where=1'])(
    '[O-16] ?%s is a 400',
    async (query) => {
      const { path, owner } = await anOrganisation()
      expect((await owner.browser.get(`${path}/audit?${query}`)).status).toBe(400)
    },
  )

  test('[O-02] [O-16] is seen from no other organisation; keys that may read see their own', async () => {
    const [organisation, other] = [await anOrganisation(), await anOrganisation()]
    const reader = await aKeyOf(organisation.owner, { access: 'read' })
    const models = await aKeyOf(organisation.owner, { access: 'models' })
    const members = await aKeyOf(await aMember(organisation))
    expect((await withKey(reader.secret, `${organisation.path}/audit`)).status).toBe(200)
    expect((await withKey(models.secret, `${organisation.path}/audit`)).status).toBe(403)
    expect((await withKey(members.secret, `${organisation.path}/audit`)).status).toBe(403)
    expect((await withKey(reader.secret, `${other.path}/audit`)).status).toBe(404)
    expect((await other.owner.browser.get(`${organisation.path}/audit`)).status).toBe(404)
    expect((await other.owner.browser.get(`${organisation.path}/audit/export`)).status).toBe(404)
    const foreign = (await eventsOf(organisation))[0]?.id
    const { body } = await other.owner.browser.get(`${other.path}/audit?cursor=${foreign}`)
    expect(body.data.every(({ actor }: Event) => actor?.id === other.owner.id)).toBe(true)
  })

  test('[O-16] of another organisation of one’s own a key sees nothing', async () => {
    const { owner } = await anOrganisation()
    const { body } = await owner.browser.post('/api/organisations', { name: 'Second' })
    const key = await aKeyOf(owner)
    expect((await withKey(key.secret, `/api/organisations/${body.id}`)).status).toBe(404)
    expect((await withKey(key.secret, `/api/organisations/${body.id}/audit`)).status).toBe(404)
  })
})

describe('the export', () => {
  test('[O-17] is CSV with a byte order mark, the whole of it, filtered like the list', async () => {
    const organisation = await anOrganisation()
    await fill(organisation, 2345)
    const url = `${portal().url}${organisation.path}/audit/export?action=key.updated`
    const cookie = [...organisation.owner.browser.cookies].map((pair) => pair.join('=')).join('; ')
    const response = await fetch(url, { headers: { cookie, 'x-forwarded-for': anAddress() } })
    const bytes = Buffer.from(await response.arrayBuffer())
    expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8')
    expect(response.headers.get('content-disposition')).toContain(`audit-${organisation.id}.csv`)
    expect(response.headers.get('x-portal-truncated')).toBeNull()
    expect(response.headers.get('x-content-type-options')).toBe('nosniff')
    expect([...bytes.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf])
    const lines = bytes.toString().slice(1).split('\r\n')
    expect(lines[0]).toBe(
      '"time","action","actor id","actor name","actor key","impersonator id","impersonator name","subject id","subject name","address","user agent","details","id"',
    )
    expect(lines.slice(1, -1)).toHaveLength(2345)
    expect(new Set(lines.slice(1, -1)).size).toBe(2345)
    expect(lines.at(-1)).toBe('')
  })

  test('[O-17] holds 100,000 rows, and says where there are more', async () => {
    const organisation = await anOrganisation()
    await fill(organisation, 100_001)
    const { headers, body } = await organisation.owner.browser.get(`${organisation.path}/audit/export`)
    expect(headers.get('x-portal-truncated')).toBe('true')
    expect(body.split('\r\n')).toHaveLength(100_002)
  }, 60_000)
})

describe('one’s own activity', () => {
  const activityOf = async ({ browser }: Pick<TestMember, 'browser'>, query = ''): Promise<Event[]> =>
    (await browser.get(`/api/user/activity${query}`)).body.data

  test('[O-18] is what one did and what was done to one, without where others were', async () => {
    const organisation = await anOrganisation()
    const member = await aMember(organisation)
    const change = `${organisation.path}/members/${member.id}`
    await organisation.owner.browser.send('PATCH', change, { body: { role: 'viewer' } })
    const [changed, ...rest] = await activityOf(member)
    expect(changed).toMatchObject({ action: 'member.role-changed', actor: { name: 'Ada' }, ipAddress: null })
    expect(rest.map(({ action }) => action).sort()).toEqual([
      ...['invitation.accepted', 'member.joined', 'user.email-verified', 'user.registered', 'user.signed-in'],
    ])
    for (const { actor, ipAddress } of rest)
      expect([actor?.id, ipAddress]).toEqual([member.id, expect.stringMatching(/^203\.0\./)])
    const stranger = await aSignedIn()
    expect(await activityOf(stranger)).toHaveLength(3)
  })

  test('[O-18] is paged', async () => {
    const { browser } = await aSignedIn()
    const first = await browser.get('/api/user/activity?limit=2')
    const second = await browser.get(`/api/user/activity?limit=2&cursor=${first.body.nextCursor}`)
    const seen = [...first.body.data, ...second.body.data].map(({ action }: Event) => action)
    expect([seen, second.body.nextCursor]).toEqual([
      ['user.signed-in', 'user.email-verified', 'user.registered'],
      null,
    ])
  })
})

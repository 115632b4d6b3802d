import { describe, expect, test } from 'vitest'
import { moveClock, password } from '../sign-in/test-people.ts'
import { useOrganisations } from './test-organisations.ts'

const { anOrganisation, aMember, aSignedIn, aPerson, invite, freshToken, mailTo, open, tokenTo, portal } =
  useOrganisations()
const hourMs = 3_600_000

const preview = (token: unknown) => open().post('/api/invitations/preview', { token })
const accept = ({ browser }: { browser: ReturnType<typeof open> }, token: string) =>
  browser.post('/api/invitations/accept', { token })
const openOnes = async ({ path, owner }: Awaited<ReturnType<typeof anOrganisation>>) =>
  (await owner.browser.get(`${path}/invitations`)).body.data as { id: string; email: string }[]

describe('an invitation', () => {
  test('[O-11] is mailed, shown to managers, and makes whoever it was for a member once', async () => {
    const organisation = await anOrganisation()
    const invited = await aSignedIn()
    const { status, body } = await organisation.owner.browser.post(`${organisation.path}/invitations`, {
      email: invited.email.toUpperCase(),
      role: 'billing',
    })
    expect([status, body]).toEqual([
      201,
      {
        ...{ id: expect.stringMatching(/^inv_/), email: invited.email, role: 'billing' },
        inviter: { id: organisation.owner.id, name: 'Ada' },
        ...{ createdAt: expect.any(String), expiresAt: expect.any(String) },
      },
    ])
    expect(Date.parse(body.expiresAt) - Date.parse(body.createdAt)).toBe(7 * 24 * hourMs)
    expect((await mailTo(invited.email, 'invitation')).subject).toBe('Invitation to Ada')
    const token = await freshToken(invited.email)
    expect(Buffer.from(token, 'base64url')).toHaveLength(32)
    expect(await openOnes(organisation)).toEqual([body])
    const accepted = await accept(invited, token)
    expect([accepted.status, accepted.body]).toEqual([
      200,
      expect.objectContaining({ id: organisation.id, role: 'billing', memberCount: 2, current: false }),
    ])
    expect(await openOnes(organisation)).toEqual([])
    expect((await accept(invited, token)).body.code).toBe('invalid_token')
  })

  test('[O-11] is kept as a hash, and neither the list nor the audit log has its token', async () => {
    const organisation = await anOrganisation()
    const token = await invite(organisation, 'secret@example.com')
    const { rows } = await portal().pool.query(
      `select encode(hash, 'hex') as hash, invitations::text as row from invitations where email = $1`,
      ['secret@example.com'],
    )
    expect(rows).toHaveLength(1)
    expect(rows[0].hash).toHaveLength(64)
    expect(rows[0].row).not.toContain(token)
    const events = await organisation.owner.browser.get(`${organisation.path}/audit`)
    expect(JSON.stringify([await openOnes(organisation), events.body])).not.toContain(token)
  })

  test('[O-13] accepted five times at once makes one member', async () => {
    const organisation = await anOrganisation()
    const invited = await aSignedIn()
    const token = await invite(organisation, invited.email)
    const all = await Promise.all(Array.from({ length: 5 }, () => accept(invited, token)))
    expect(all.map(({ status }) => status).sort()).toEqual([200, 400, 400, 400, 400])
    const { body } = await organisation.owner.browser.get(`${organisation.path}/members`)
    expect(body.data).toHaveLength(2)
  })

  test('[O-13] is for the address it was mailed to: another’s 403 says whose it is not, and uses nothing up', async () => {
    const organisation = await anOrganisation()
    const [invited, other] = [await aSignedIn(), await aSignedIn()]
    const token = await invite(organisation, invited.email)
    const refused = await accept(other, token)
    expect([refused.status, refused.body.code]).toEqual([403, 'permission_denied'])
    expect(refused.body.error).toContain(other.email)
    expect(JSON.stringify(refused.body)).not.toContain(invited.email)
    expect((await open().post('/api/invitations/accept', { token })).status).toBe(401)
    expect((await accept(invited, token)).status).toBe(200)
  })

  test('[O-13] waits for the address to be confirmed', async () => {
    const organisation = await anOrganisation()
    const invited = await aSignedIn()
    const token = await invite(organisation, invited.email)
    const confirm = (is: boolean) =>
      portal().pool.query('update users set email_verified = $1 where id = $2', [is, invited.id])
    await confirm(false)
    expect((await accept(invited, token)).body.code).toBe('email_not_verified')
    await confirm(true)
    expect((await accept(invited, token)).status).toBe(200)
  })

  test('[O-13] somebody who signs up for it is in nothing but their own until they accept', async () => {
    const organisation = await anOrganisation()
    const email = 'newcomer@example.com'
    const token = await invite(organisation, email)
    expect((await preview(token)).body.hasAccount).toBe(false)
    await open().post('/api/auth/register', { name: 'New', email, password })
    expect((await preview(token)).body.hasAccount).toBe(true)
    const browser = open()
    await browser.post('/api/auth/verify-email', { token: await tokenTo(email, 'verify-email') })
    await browser.post('/api/auth/sign-in/email', { email, password })
    expect((await browser.get('/api/organisations')).body.data).toHaveLength(1)
    expect((await accept({ browser }, token)).status).toBe(200)
    expect((await browser.get('/api/organisations')).body.data).toHaveLength(2)
  })

  test('[O-14] previewed says to whoever has the link what it leads to, and to nobody else', async () => {
    const organisation = await anOrganisation()
    const { email } = await aPerson()
    const token = await invite(organisation, email, 'viewer')
    const { status, body } = await preview(token)
    expect([status, body]).toEqual([
      200,
      {
        ...{ organisation: { name: 'Ada' }, inviter: { name: 'Ada' }, email, role: 'viewer' },
        ...{ expiresAt: expect.any(String), hasAccount: true },
      },
    ])
    for (const wrong of ['x', token.slice(1), `${token}x`])
      expect((await preview(wrong)).body.code).toBe('invalid_token')
    for (const wrong of [{ not: '' }, [token], null, '']) expect((await preview(wrong)).status).toBe(400)
  })

  test('[O-11] a new one to the same address ends the one before, in whatever role', async () => {
    const organisation = await anOrganisation()
    const invited = await aSignedIn()
    const first = await invite(organisation, invited.email)
    const second = await invite(organisation, invited.email, 'viewer')
    expect(await openOnes(organisation)).toHaveLength(1)
    expect((await accept(invited, first)).body.code).toBe('invalid_token')
    expect((await accept(invited, second)).body.role).toBe('viewer')
  })

  test('[O-11] withdrawn or resent, its link is dead; the new one works', async () => {
    const organisation = await anOrganisation()
    const invited = await aSignedIn()
    const { browser } = organisation.owner
    const first = await invite(organisation, invited.email)
    const [{ id } = { id: '' }] = await openOnes(organisation)
    expect((await browser.post(`${organisation.path}/invitations/${id}/resend`)).body.id).toBe(id)
    const second = await freshToken(invited.email)
    expect((await accept(invited, first)).body.code).toBe('invalid_token')
    expect((await preview(second)).status).toBe(200)
    expect((await browser.send('DELETE', `${organisation.path}/invitations/${id}`)).status).toBe(200)
    expect((await browser.send('DELETE', `${organisation.path}/invitations/${id}`)).status).toBe(404)
    expect((await accept(invited, second)).body.code).toBe('invalid_token')
  })

  test('[O-11] goes with its maker: removed or made less than an admin', async () => {
    const organisation = await anOrganisation()
    const [removed, demoted] = [await aMember(organisation, 'admin'), await aMember(organisation, 'admin')]
    const by = (owner: typeof removed) => ({ ...organisation, owner })
    const tokens = [
      await invite(by(removed), 'one@example.com', 'admin'),
      await invite(by(demoted), 'two@example.com', 'admin'),
    ]
    const { browser } = organisation.owner
    await browser.send('DELETE', `${organisation.path}/members/${removed.id}`)
    await browser.send('PATCH', `${organisation.path}/members/${demoted.id}`, { body: { role: 'member' } })
    for (const token of tokens) expect((await preview(token)).body.code).toBe('invalid_token')
  })

  test('[O-11] is not made for a member, for no address, or for an owner', async () => {
    const organisation = await anOrganisation()
    const member = await aMember(organisation)
    const ask = (body: object) => organisation.owner.browser.post(`${organisation.path}/invitations`, body)
    expect((await ask({ email: member.email, role: 'admin' })).status).toBe(409)
    for (const [body, param] of [
      [{ email: 'a@x.com,b@y.com', role: 'member' }, 'email'],
      [{ email: { not: '' }, role: 'member' }, 'email'],
      [{ email: 'a@x.com', role: 'owner' }, 'role'],
      [{ email: 'a@x.com' }, 'role'],
    ] as const) {
      const { status, body: answer } = await ask(body)
      expect([status, answer.param]).toEqual([400, param])
    }
    expect(await openOnes(organisation)).toEqual([])
  })
})

describe('bounds', () => {
  test('[O-12] the fiftieth open one is made, of several at once one alone, and no fifty-first but in place of one', async () => {
    const organisation = await anOrganisation()
    await portal().pool.query(
      `insert into invitations (id, organisation_id, email, role, inviter_id, hash, created_at, expires_at)
       select 'inv_' || lpad(n::text, 26, '0'), $1, 'open' || n || '@example.com', 'member', $2,
              sha256(('open' || $1 || n)::bytea), now(), now() + interval '1 day'
       from generate_series(1, 49) n`,
      [organisation.id, organisation.owner.id],
    )
    const ask = (email: string) =>
      organisation.owner.browser.post(`${organisation.path}/invitations`, { email, role: 'member' })
    const all = await Promise.all(['a', 'b', 'c', 'd'].map((name) => ask(`${name}@example.com`)))
    expect(all.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409])
    expect((await ask('open1@example.com')).status).toBe(201)
    expect(await openOnes(organisation)).toHaveLength(50)
  })

  test('[O-12] thirty in an hour, of whoever makes them; one is resent three times', async () => {
    const organisation = await anOrganisation()
    const admin = await aMember(organisation, 'admin')
    const ask = (i: number, { browser } = admin) =>
      browser.post(`${organisation.path}/invitations`, { email: `hour${i}@example.com`, role: 'member' })
    const { body } = await ask(0)
    const resend = () => admin.browser.post(`${organisation.path}/invitations/${body.id}/resend`)
    const resent = [await resend(), await resend(), await resend(), await resend()]
    expect(resent.map(({ status }) => status)).toEqual([200, 200, 200, 429])
    // One for the admin, one, and three again are spent.
    const all = await Promise.all(Array.from({ length: 27 }, (_, i) => ask(i + 1)))
    expect(all.filter(({ status }) => status === 201)).toHaveLength(25)
    const refused = await ask(99, organisation.owner)
    expect([refused.status, Number(refused.headers.get('retry-after')) > 3000]).toEqual([429, true])
    const elsewhere = await anOrganisation()
    expect(await invite(elsewhere, 'hour1@example.com')).toEqual(expect.any(String))
  })

  test('[O-14] sixty links are tried in 15 minutes from one address, whatever is sent', async () => {
    const { browser } = await aSignedIn()
    const malformed = ['{', '[]', { token: '' }, { token: { not: '' } }, { token: 'x'.repeat(201) }]
    const tries = Array.from({ length: 64 }, (_, i) =>
      browser.post(`/api/invitations/${i % 2 ? 'preview' : 'accept'}`, malformed[i % malformed.length]),
    )
    const statuses = (await Promise.all(tries)).map(({ status }) => status)
    expect(statuses.sort()).toEqual([...Array(60).fill(400), ...Array(4).fill(429)])
    expect((await browser.post('/api/invitations/preview', { token: 'x' })).status).toBe(429)
  })

  // The last: it moves the clock.
  test('[O-11] it ends after seven days', async () => {
    const organisation = await anOrganisation()
    const invited = await aSignedIn()
    const token = await invite(organisation, invited.email)
    moveClock(7 * 24 * hourMs - 60_000)
    expect((await preview(token)).status).toBe(200)
    moveClock(60_001)
    expect((await preview(token)).body.code).toBe('invalid_token')
    expect((await accept(invited, token)).body.code).toBe('invalid_token')
    expect(await openOnes(organisation)).toEqual([])
  })
})

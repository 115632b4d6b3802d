import { beforeAll, describe, expect, test, vi } from 'vitest'
import { moveClock } from '../sign-in/test-people.ts'
import type { Browser } from '../test/index.ts'
import { useAdministration } from './test-administration.ts'

const {
  portal,
  open,
  mailTo,
  anAdministrator,
  aKeyHolder,
  aPerson,
  aSignedIn,
  aTwoFactorPerson,
  callWith,
  eventsOf,
} = useAdministration()
const password = 'SecureP@ssw0rd!'

let admin: { browser: Browser; id: string; email: string }
beforeAll(async () => {
  admin = await anAdministrator()
})

const act = (userId: string, name: string, body: object = {}) =>
  admin.browser.post(`/api/admin/users/${userId}/${name}`, body)
const signIn = (email: string) => open().post('/api/auth/sign-in/email', { email, password })

describe('the list', () => {
  test('[AD2] finds by how name or address begin, in any case, and by id', async () => {
    const { id, email } = await aPerson()
    await portal().pool.query(`update users set name = 'Zoë_100% Quick' where id = $1`, [id])
    const find = async (q: string) =>
      (await admin.browser.get(`/api/admin/users?q=${encodeURIComponent(q)}`)).body.data.map(
        (user: { id: string }) => user.id,
      )
    for (const q of ['zoë_1', 'ZOË_100%', email.toUpperCase().slice(0, 9), id])
      expect(await find(q)).toContain(id)
    for (const q of ['quick', 'zoëx100', '%', '_']) expect(await find(q)).not.toContain(id)
  })

  test('[AD2] is paged without gaps or repeats, and filtered', async () => {
    const seen: string[] = []
    let cursor: string | null = null
    do {
      const { body } = await admin.browser.get(`/api/admin/users?limit=2${cursor ? `&cursor=${cursor}` : ''}`)
      seen.push(...body.data.map(({ id }: { id: string }) => id))
      cursor = body.nextCursor
    } while (cursor)
    const { rows } = await portal().pool.query('select id from users order by id desc')
    expect(seen).toEqual(rows.map(({ id }) => id))
    const { body: admins } = await admin.browser.get('/api/admin/users?role=admin')
    expect(admins.data.map(({ id }: { id: string }) => id)).toEqual([admin.id])
    expect((await admin.browser.get('/api/admin/users?plan=pro')).body.data).toEqual([])
    expect((await admin.browser.get('/api/admin/users?cursor=nonsense')).status).toBe(400)
  })

  test('[AD2] one is shown with devices and keys, and never a secret', async () => {
    const holder = await aKeyHolder()
    const { body } = await admin.browser.get(`/api/admin/users/${holder.id}`)
    expect(body).toMatchObject({
      ...{ email: holder.email, role: 'user', ways: ['password'], twoFactorEnabled: false },
      organisations: [{ id: holder.organisationId, role: 'owner' }],
      sessions: [{ method: 'password', impersonator: null }],
      keys: [{ id: holder.keyId, name: 'Crawler', status: 'ACTIVE' }],
      usage: { requests: 0, tokens: 0 },
    })
    expect(JSON.stringify(body)).not.toContain(holder.key)
  })
})

describe('suspending', () => {
  test('[AD3] ends sessions and stops keys at once, with a clear error; reinstating takes it back', async () => {
    const holder = await aKeyHolder()
    expect((await callWith(holder.key)).status).toBe(200)
    const { status, body } = await act(holder.id, 'suspend', { reason: 'Spam.' })
    expect([status, body.suspendReason, body.sessions]).toEqual([200, 'Spam.', []])
    expect(await callWith(holder.key)).toMatchObject({ status: 403, code: 'account_suspended' })
    expect((await holder.browser.get('/api/user/profile')).status).toBe(401)
    const refused = await signIn(holder.email)
    expect([refused.status, refused.body.code]).toEqual([403, 'account_suspended'])
    expect(refused.body.error).toContain('Spam.')
    const wrong = await open().post('/api/auth/sign-in/email', {
      email: holder.email,
      password: 'Wrong-1-password',
    })
    expect(wrong.body.code).toBe('invalid_credentials')
    expect((await act(holder.id, 'suspend', { reason: 'Twice' })).status).toBe(409)

    expect((await act(holder.id, 'reinstate')).status).toBe(200)
    expect((await callWith(holder.key)).status).toBe(200)
    expect((await signIn(holder.email)).status).toBe(200)
    const [event] = await eventsOf('administration.user-suspended')
    expect(event).toMatchObject({ actor_id: admin.id, subject_id: holder.id, details: { reason: 'Spam.' } })
  })

  test('[AD4] nobody suspends or deletes themselves, and the last administrator stays one', async () => {
    for (const [name, body] of [
      ['suspend', { reason: 'Me' }],
      ['schedule-deletion', {}],
      ['role', { role: 'user' }],
    ] as const)
      expect((await act(admin.id, name, body)).status).toBe(409)
    const other = await anAdministrator()
    const stepping = await Promise.all([
      act(admin.id, 'role', { role: 'user' }),
      other.browser.post(`/api/admin/users/${other.id}/role`, { role: 'user' }),
    ])
    expect(stepping.map(({ status }) => status).sort()).toEqual([200, 409])
    await portal().pool.query(`update users set role = 'user' where id = $1`, [other.id])
    await portal().pool.query(`update users set role = 'admin' where id = $1`, [admin.id])
    await admin.browser.post('/api/auth/sign-in/email', { email: admin.email, password })
  })
})

describe('an account', () => {
  test('[AD5] loses its second factor as by the command, and its owner is told', async () => {
    const person = await aTwoFactorPerson()
    const { status, body } = await act(person.id, 'reset-two-factor')
    expect([status, body.twoFactorEnabled, body.sessions]).toEqual([200, false, []])
    expect((await signIn(person.email)).body).toMatchObject({ redirect: false })
    await mailTo(person.email, 'two-factor-reset')
    const [event] = await eventsOf('user.two-factor-reset')
    expect(event).toMatchObject({ actor_id: admin.id, subject_id: person.id })
    expect((await act(person.id, 'reset-two-factor')).status).toBe(409)
  })

  test('[AD6] is sent a link, signed out, has a key revoked, is scheduled for deletion and kept', async () => {
    const holder = await aKeyHolder()
    expect((await act(holder.id, 'send-password-reset')).status).toBe(200)
    await mailTo(holder.email, 'reset-password')
    const [sent] = await eventsOf('administration.password-reset-sent')
    expect(sent).toMatchObject({ actor_id: admin.id, subject_id: holder.id })
    const revoked = await act(holder.id, 'revoke-key', { keyId: holder.keyId, reason: 'Leaked' })
    expect(revoked.body.keys).toMatchObject([{ status: 'REVOKED' }])
    expect((await callWith(holder.key)).code).toBe('key_revoked')
    const other = await aKeyHolder()
    expect((await act(holder.id, 'revoke-key', { keyId: other.keyId, reason: 'x' })).status).toBe(404)
    const due = await act(holder.id, 'schedule-deletion')
    expect(due.body.deletionAt).toBeTruthy()
    await mailTo(holder.email, 'account-deletion-scheduled')
    expect((await act(holder.id, 'cancel-deletion')).body.deletionAt).toBeNull()
    const out = await act(holder.id, 'end-sessions')
    expect(out.body.sessions).toEqual([])
    expect((await holder.browser.get('/api/user/profile')).status).toBe(401)
  })

  test('[AD35] is sent eight links for a password in an hour, and none more is on record', async () => {
    const { id } = await aPerson()
    const answers = await Promise.all(Array.from({ length: 12 }, () => act(id, 'send-password-reset')))
    const refused = answers.filter(({ status }) => status === 429)
    expect([answers.filter(({ status }) => status === 200).length, refused.length]).toEqual([8, 4])
    expect(Number(refused[0]?.headers.get('retry-after'))).toBeGreaterThan(0)
    const sent = await eventsOf('administration.password-reset-sent')
    expect(sent.filter(({ subject_id }) => subject_id === id)).toHaveLength(8)
    expect((await act('usr_none', 'send-password-reset')).status).toBe(404)
  })

  test('[AD35] an administrator is made, and a second factor reset, by whoever signed in just now', async () => {
    const [other, person] = [await anAdministrator(), await aTwoFactorPerson()]
    moveClock(11 * 60_000)
    const late = (name: string, body: object = {}) =>
      other.browser.post(`/api/admin/users/${person.id}/${name}`, body)
    try {
      for (const answer of [await late('role', { role: 'admin' }), await late('reset-two-factor')])
        expect([answer.status, answer.body.code]).toEqual([403, 'sign_in_not_recent'])
      expect((await late('role', { role: 'user' })).status).toBe(200)
    } finally {
      vi.useRealTimers()
    }
    expect((await late('role', { role: 'admin' })).status).toBe(200)
    expect((await late('reset-two-factor')).status).toBe(200)
    await portal().pool.query(`update users set role = 'user' where id = any($1)`, [[other.id, person.id]])
  })

  test('[AD7] becomes an administrator’s, and is none a moment later', async () => {
    const person = await aSignedIn()
    expect((await person.browser.get('/api/admin/overview')).status).toBe(403)
    await act(person.id, 'role', { role: 'admin' })
    expect((await person.browser.get('/api/admin/overview')).status).toBe(200)
    await act(person.id, 'role', { role: 'user' })
    expect((await person.browser.get('/api/admin/overview')).status).toBe(403)
  })
})

import { describe, expect, test } from 'vitest'
import { eventually } from '../test/index.ts'
import { anAddress, moveClock, password, tokenIn, usePortal } from './test-people.ts'

const { portal, open, mailTo, tokenTo, aPerson, aSignedIn, aTwoFactorPerson } = usePortal()
const hourMs = 3_600_000

const register = (email: string, more: object = {}, address = anAddress()) =>
  open(address).post('/api/auth/register', { name: 'Ada', email, password, ...more })
const signIn = (email: string, given = password) =>
  open().post('/api/auth/sign-in/email', { email, password: given })

describe('signing up', () => {
  test('[SU1] [SU2] answers 201, mails a link, and opens once the link was followed', async () => {
    const { status, body } = await register(' New@Example.com')
    expect(status).toBe(201)
    expect(body).toEqual({
      id: expect.stringMatching(/^usr_/),
      name: 'Ada',
      email: 'new@example.com',
      requiresVerification: true,
    })
    const early = await signIn('new@example.com')
    expect([early.status, early.body.code]).toEqual([403, 'email_not_verified'])
    expect((await signIn('new@example.com', 'Wr0ng-password!')).body.code).toBe('invalid_credentials')
    const token = await tokenTo('new@example.com', 'verify-email')
    const verified = await open().post('/api/auth/verify-email', { token })
    expect([verified.status, verified.body]).toEqual([200, { success: true, email: 'new@example.com' }])
    expect((await signIn('NEW@example.com')).body).toMatchObject({
      redirect: false,
      user: { email: 'new@example.com', emailVerified: true, twoFactorEnabled: false },
    })
  })

  test.each([
    ['name', { name: '' }],
    ['name', { name: 'two\nlines' }],
    ['email', { email: 'a@x.com,b@y.com' }],
    ['email', { email: 'nobody' }],
    ['email', { email: ['a@x.com'] }],
    ['password', { password: 'short' }],
    ['password', { password: 'alllowercase-1' }],
    ['password', { password: { not: '' } }],
    ['role', { role: 'admin' }],
  ])('[SU1] a wrong %s is a 400 that names it', async (param, wrong) => {
    const { status, body } = await register('wrong@example.com', wrong)
    expect([status, body.param]).toEqual([400, param])
  })

  test('[SU1] an address that is taken is a 409, in whatever case', async () => {
    const { email } = await aPerson()
    expect((await register(email.toUpperCase())).status).toBe(409)
  })

  test('[SU1] of many sign-ups at once from one address five are judged, and one address costs no other', async () => {
    const address = anAddress()
    const all = await Promise.all(
      Array.from({ length: 12 }, (_, i) => register(`crowd${i}@example.com`, {}, address)),
    )
    expect(all.map(({ status }) => status).sort()).toEqual([201, 201, 201, 201, 201, ...Array(7).fill(429)])
    const refused = all.find(({ status }) => status === 429)
    expect(Number(refused?.headers.get('retry-after'))).toBeGreaterThan(890)
    expect(refused?.body.code).toBe('rate_limit_exceeded')
    expect((await register('elsewhere@example.com')).status).toBe(201)
  })

  test('[SI3] what is malformed counts like the rest', async () => {
    const browser = open()
    const malformed = ['{', '[]', '{"name":1}', 'x'.repeat(100), '{"email":{"not":""}}']
    for (const body of malformed) expect((await browser.post('/api/auth/register', body)).status).toBe(400)
    const good = await browser.post('/api/auth/register', { name: 'Ada', email: 'six@example.com', password })
    expect(good.status).toBe(429)
  })

  test('[SI3] what a client says of its own address counts nothing, and an IPv6 customer is one', async () => {
    const tries = (addresses: string[]) =>
      Promise.all(
        addresses.map((address) =>
          open(address)
            .post('/api/auth/forgot-password', { email: 'x@example.com' })
            .then(({ status }) => status),
        ),
      )
    const spoofed = ['1.1.1.1', '2.2.2.2', '3.3.3.3', '4.4.4.4'].map((fake) => `${fake}, 198.51.100.7`)
    expect((await tries(spoofed)).sort()).toEqual([200, 200, 200, 429])
    const oneCustomer = ['2001:db8:1:2::1', '2001:db8:1:2::2', '2001:db8:1:2:9::', '2001:db8:1:2:ffff::']
    expect((await tries(oneCustomer)).sort()).toEqual([200, 200, 200, 429])
    expect(await tries(['2001:db8:1:3::1'])).toEqual([200])
  })
})

describe('links', () => {
  test('[SU3] work once, also when followed twice at a time', async () => {
    await register('twice@example.com')
    const token = await tokenTo('twice@example.com', 'verify-email')
    const both = await Promise.all([1, 2, 3].map(() => open().post('/api/auth/verify-email', { token })))
    expect(both.map(({ status }) => status).sort()).toEqual([200, 400, 400])
    expect(both.find(({ status }) => status === 400)?.body.code).toBe('invalid_token')
  })

  test('[SU3] a new one ends the one before, and another purpose opens nothing', async () => {
    await register('again@example.com')
    const first = await tokenTo('again@example.com', 'verify-email')
    await open().post('/api/auth/resend-verification', { email: 'again@example.com' })
    const second = await eventually(async () => {
      const token = await tokenTo('again@example.com', 'verify-email')
      expect(token).not.toBe(first)
      return token
    })
    const verify = (token: string) => open().post('/api/auth/verify-email', { token })
    expect((await verify(first)).status).toBe(400)
    const reset = await open().post('/api/auth/reset-password', { token: second, password })
    expect([reset.status, reset.body.code]).toEqual([400, 'invalid_token'])
    expect((await verify(second)).status).toBe(200)
  })

  test.each([{ token: '' }, { token: { not: '' } }, { token: null }, {}, { token: 'x', more: 1 }])(
    '[SU3] %j is a 400',
    async (body) => {
      expect((await open().post('/api/auth/verify-email', body)).status).toBe(400)
    },
  )

  test('[SU3] nothing that opens anything is stored as it is', async () => {
    await register('hashed@example.com')
    const token = await tokenTo('hashed@example.com', 'verify-email')
    const { rows } = await portal().pool.query('select * from mail_links')
    expect(rows.length).toBeGreaterThan(0)
    expect(JSON.stringify(rows)).not.toContain(token)
  })

  test('[SU3] run out: a day for an address, an hour for a password', async () => {
    const { email } = await aPerson()
    await register('late@example.com')
    const late = await tokenTo('late@example.com', 'verify-email')
    await open().post('/api/auth/forgot-password', { email })
    const reset = await tokenTo(email, 'reset-password')
    moveClock(hourMs + 1000)
    const tooLate = await open().post('/api/auth/reset-password', { token: reset, password: `${password}2` })
    expect(tooLate.status).toBe(400)
    moveClock(23 * hourMs)
    expect((await open().post('/api/auth/verify-email', { token: late })).status).toBe(400)
  })

  test('[SU4] lead to PUBLIC_URL or this server, whatever a request says of its host', async () => {
    await open().post(
      '/api/auth/register',
      { name: 'Ada', email: 'host@example.com', password },
      { host: 'evil.example', 'x-forwarded-host': 'evil.example', forwarded: 'host=evil.example' },
    )
    const { links } = await mailTo('host@example.com', 'verify-email')
    expect(links.map((link) => new URL(link).origin)).toEqual([portal().url])
  })
})

const another = 'An0ther!Passw0rd'
const follow = (token: string) => open().post('/api/auth/verify-email', { token })
const resetOf = async (email: string) => {
  await open().post('/api/auth/forgot-password', { email })
  return tokenTo(email, 'reset-password')
}
const reset = (token: string) => open().post('/api/auth/reset-password', { token, password: another })

describe('[SU9] a new password ends what was begun with the old one', () => {
  test('a new address that was asked for', async () => {
    const { email, browser } = await aSignedIn()
    await browser.send('PATCH', '/api/user/profile', { body: { email: `new.${email}` } })
    const link = await tokenTo(`new.${email}`, 'confirm-new-address')
    expect((await reset(await resetOf(email))).status).toBe(200)
    expect((await follow(link)).body.code).toBe('invalid_token')
    expect((await signIn(email, another)).body.user).toMatchObject({ email })
  })

  test('a sign-in that waits for its second factor', async () => {
    const { email, backupCodes } = await aTwoFactorPerson()
    const begun = open()
    await begun.post('/api/auth/sign-in/email', { email, password })
    await reset(await resetOf(email))
    const { status } = await begun.post('/api/auth/two-factor/verify-backup-code', { code: backupCodes[0] })
    expect(status).toBe(401)
  })

  test('a link to reset it', async () => {
    const { email, browser } = await aSignedIn()
    const link = await resetOf(email)
    await browser.post('/api/user/password', { currentPassword: password, newPassword: 'Br4nd!NewPassword' })
    expect((await reset(link)).body.code).toBe('invalid_token')
  })

  test('and a sign-in whose password is still being compared', async () => {
    const { email, id } = await aPerson()
    const token = await resetOf(email)
    const { pool } = portal()
    const client = await pool.connect()
    await client.query('begin')
    await client.query('select from users where id = $1 for update', [id])
    const waiting = (count: number) =>
      eventually(async () => {
        const { rows } = await pool.query(
          `select count(*)::int from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
        )
        expect(rows[0].count).toBe(count)
      })
    const resetting = reset(token)
    await waiting(1)
    const signingIn = signIn(email)
    await waiting(2)
    await client.query('commit')
    client.release()
    expect((await resetting).status).toBe(200)
    expect((await signingIn).body.code).toBe('invalid_credentials')
  })
})

test('[PR1] a new address that is taken back is no longer confirmed by its link', async () => {
  const { email, browser } = await aSignedIn()
  await browser.send('PATCH', '/api/user/profile', { body: { email: `next.${email}` } })
  const link = await tokenTo(`next.${email}`, 'confirm-new-address')
  await browser.send('PATCH', '/api/user/profile', { body: { email } })
  expect((await follow(link)).body.code).toBe('invalid_token')
})

describe('a forgotten password', () => {
  test('[SU4] is asked for eight times an hour: what is too much leaves the last link working', async () => {
    const { email } = await aPerson()
    const ask = () => open().post('/api/auth/forgot-password', { email })
    await Promise.all(Array.from({ length: 12 }, ask))
    await eventually(async () => {
      const { rows } = await portal().pool.query(
        `select count(*)::int from mails where recipient = $1 and kind = 'reset-password' and state = 'sent'`,
        [email],
      )
      expect(rows[0].count).toBe(8)
    })
    await ask()
    const links = (await portal().services.mailbox?.list({ to: email }))?.map((mail) => mail.links)
    const outcomes = await Promise.all((links ?? []).map((each) => reset(tokenIn(each))))
    expect(outcomes.filter(({ status }) => status === 200)).toHaveLength(1)
  })

  test('[SU4] is answered alike for an address that is known, unknown, or not confirmed', async () => {
    const { email } = await aPerson()
    const ask = (path: string, email: string) => open().post(path, { email })
    for (const path of ['/api/auth/forgot-password', '/api/auth/resend-verification']) {
      const answers = [await ask(path, email), await ask(path, 'unknown@example.com')]
      expect(answers.map(({ status, body }) => [status, body])).toEqual([
        [200, { success: true }],
        [200, { success: true }],
      ])
    }
    await mailTo(email, 'reset-password')
    expect(await portal().services.mailbox?.list({ to: 'unknown@example.com' })).toEqual([])
  })

  test('[SU4] three times in 15 minutes, the link three times in five', async () => {
    const tries = async (path: string) => {
      const browser = open()
      const answers = await Promise.all(
        Array.from({ length: 6 }, () => browser.post(path, { email: 'x@example.com' })),
      )
      const waits = answers.filter(({ status }) => status === 429).map((a) => a.headers.get('retry-after'))
      return [answers.filter(({ status }) => status === 200).length, ...waits]
    }
    expect(await tries('/api/auth/forgot-password')).toEqual([3, '900', '900', '900'])
    expect(await tries('/api/auth/resend-verification')).toEqual([3, '300', '300', '300'])
  })

  test('[SU5] [SE2] the new one counts, every device is signed out, and the owner is told', async () => {
    const { email, browser } = await aSignedIn()
    await open().post('/api/auth/forgot-password', { email })
    const token = await tokenTo(email, 'reset-password')
    const changed = await open().post('/api/auth/reset-password', { token, password: 'An0ther-password' })
    expect([changed.status, changed.body]).toEqual([200, { success: true }])
    expect(changed.headers.getSetCookie()).toEqual([])
    expect((await browser.get('/api/user/profile')).body.code).toBe('session_ended')
    expect((await signIn(email)).status).toBe(401)
    expect((await signIn(email, 'An0ther-password')).status).toBe(200)
    await mailTo(email, 'password-changed')
  })

  test('[SU5] confirms the address as well, since the link was mailed there', async () => {
    await register('unconfirmed@example.com')
    await open().post('/api/auth/forgot-password', { email: 'unconfirmed@example.com' })
    const token = await tokenTo('unconfirmed@example.com', 'reset-password')
    await open().post('/api/auth/reset-password', { token, password: 'An0ther-password' })
    expect((await signIn('unconfirmed@example.com', 'An0ther-password')).status).toBe(200)
  })

  test('[SU1] a new one that will not do costs the link nothing', async () => {
    const { email } = await aPerson()
    await open().post('/api/auth/forgot-password', { email })
    const token = tokenIn((await mailTo(email, 'reset-password')).links)
    expect((await open().post('/api/auth/reset-password', { token, password: 'short' })).status).toBe(400)
    const good = await open().post('/api/auth/reset-password', { token, password: 'An0ther-password' })
    expect(good.status).toBe(200)
  })
})

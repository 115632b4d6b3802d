import { beforeEach, describe, expect, test, vi } from 'vitest'
import { type Browser, eventually } from '../test/index.ts'
import { anAddress, codeOf, moveClock, password, usePortal } from './test-people.ts'

const { portal, open, mailTo, aSignedIn, aTwoFactorPerson } = usePortal()
beforeEach(() => void vi.useRealTimers())

/** A browser that has given the password, and waits for the second factor. */
const halfIn = async (email: string, address = anAddress()) => {
  const browser = open(address)
  const answer = await browser.post('/api/auth/sign-in/email', { email, password })
  return { browser, answer }
}
const totp = '/api/auth/two-factor/verify-totp'
const backup = '/api/auth/two-factor/verify-backup-code'
const codes = (answers: { status: number; body: { code?: string } }[]) =>
  answers.map(({ status, body }) => body.code ?? status).sort()

describe('setting up', () => {
  test('[TF1] gives a secret as text, URL and picture, and ten backup codes with the first code', async () => {
    const { browser, email } = await aSignedIn()
    const { status, body } = await browser.post('/api/auth/2fa/setup')
    expect(status).toBe(200)
    expect(body.secret).toMatch(/^[A-Z2-7]{32}$/)
    const url = new URL(body.otpauthUrl)
    expect([url.protocol, url.host, decodeURIComponent(url.pathname)]).toEqual([
      'otpauth:',
      'totp',
      `/LLMPortal:${email}`,
    ])
    expect(url.searchParams.get('secret')).toBe(body.secret)
    const png = Buffer.from(body.qrCode.replace('data:image/png;base64,', ''), 'base64')
    expect(png.subarray(1, 4).toString()).toBe('PNG')
    expect((await browser.get('/api/user/profile')).body.twoFactorEnabled).toBe(false)
    const wrong = await browser.post('/api/auth/2fa/verify', { token: '000000' })
    expect([wrong.status, wrong.body.code]).toEqual([401, 'invalid_code'])
    const right = await browser.post('/api/auth/2fa/verify', { token: codeOf(body.secret) })
    expect(right.body.backupCodes).toHaveLength(10)
    expect(new Set(right.body.backupCodes).size).toBe(10)
    expect((await browser.get('/api/user/profile')).body.twoFactorEnabled).toBe(true)
    await mailTo(email, 'two-factor-changed')
  })

  test('[TF1] again replaces what was not confirmed, and never what is on', async () => {
    const { browser } = await aSignedIn()
    const first = (await browser.post('/api/auth/2fa/setup')).body.secret
    const second = (await browser.post('/api/auth/2fa/setup')).body.secret
    const confirm = (secret: string) => browser.post('/api/auth/2fa/verify', { token: codeOf(secret) })
    expect((await confirm(first)).status).toBe(401)
    expect((await confirm(second)).status).toBe(200)
    expect((await browser.post('/api/auth/2fa/setup')).status).toBe(409)
    expect((await confirm(second)).status).toBe(409)
  })

  test('[TF1] works with an API key, and turning off needs password and code with one too', async () => {
    const { browser } = await aSignedIn()
    const { body: key } = await browser.post('/api/keys', { name: 'Full' })
    const program = open()
    const post = (path: string, body?: unknown) =>
      program.post(path, body, { authorization: `Bearer ${key.key}` })
    const { secret } = (await post('/api/auth/2fa/setup')).body
    expect((await post('/api/auth/2fa/verify', { token: codeOf(secret, -1) })).status).toBe(200)
    const off = (body: object) => post('/api/auth/2fa/disable', body)
    expect((await off({ token: codeOf(secret) })).body.code).toBe('invalid_credentials')
    expect((await off({ password, token: '000000' })).body.code).toBe('invalid_code')
    expect((await off({ password: 'Wr0ng-password!', token: codeOf(secret) })).status).toBe(401)
    expect((await off({ password, token: codeOf(secret) })).body).toEqual({ success: true })
    expect((await off({ password, token: codeOf(secret, 1) })).status).toBe(409)
  })

  test('[TF5] stores neither the secret nor a code as it is', async () => {
    const { browser, backupCodes } = await aTwoFactorPerson()
    const { rows } = await portal().pool.query(
      `select (select json_agg(t) from two_factors t)::text || (select json_agg(b) from backup_codes b)::text as all`,
    )
    expect(rows[0].all).not.toContain(backupCodes[0])
    const { secret } = (await (await aSignedIn()).browser.post('/api/auth/2fa/setup')).body
    const after = await portal().pool.query('select json_agg(t)::text as all from two_factors t')
    expect(after.rows[0].all).not.toContain(secret)
    expect(browser.cookies.size).toBeGreaterThan(0)
  })
})

describe('signing in', () => {
  test('[TF2] makes no session before the second factor: every route stays shut', async () => {
    const { email, code } = await aTwoFactorPerson()
    const { browser, answer } = await halfIn(email)
    expect(answer.body).toEqual({
      twoFactorRedirect: true,
      twoFactorMethods: ['totp', 'backup-code'],
    })
    expect([...browser.cookies.keys()]).toEqual(['portal-sign-in'])
    for (const path of ['/api/user/profile', '/api/keys', '/api/auth/list-sessions']) {
      expect((await browser.get(path)).status).toBe(401)
    }
    expect((await browser.get('/api/auth/get-session')).body).toBeNull()
    const done = await browser.post(totp, { code: code() })
    expect(done.body).toMatchObject({ user: { email, twoFactorEnabled: true } })
    expect([...browser.cookies.keys()]).toEqual(['portal-session'])
    expect((await browser.get('/api/user/profile')).status).toBe(200)
  })

  test('[TF2] waits ten minutes, and not for whoever has not given the password', async () => {
    const { email, code } = await aTwoFactorPerson()
    expect((await open().post(totp, { code: code() })).body.code).toBe('no_sign_in')
    const { browser } = await halfIn(email)
    moveClock(10 * 60_000 + 1)
    expect((await browser.post(totp, { code: code() })).body.code).toBe('no_sign_in')
  })

  test('[TF3] a code works once, under parallel fire too', async () => {
    const { email, code } = await aTwoFactorPerson()
    const browsers = await Promise.all(Array.from({ length: 6 }, async () => (await halfIn(email)).browser))
    const token = code()
    const answers = await Promise.all(browsers.map((browser) => browser.post(totp, { code: token })))
    expect(codes(answers)).toEqual([200, ...Array(5).fill('invalid_code')])
    const { browser } = await halfIn(email)
    expect((await browser.post(totp, { code: token })).status).toBe(401)
    expect((await browser.post(totp, { code: ` ${code(1).slice(0, 3)} ${code(1).slice(3)} ` })).status).toBe(
      200,
    )
  })

  test('[TF3] an earlier code than the last one used is none, nor one of two steps away', async () => {
    const { email, code } = await aTwoFactorPerson()
    const { browser } = await halfIn(email)
    expect((await browser.post(totp, { code: code(-1) })).status).toBe(401)
    expect((await browser.post(totp, { code: code(2) })).status).toBe(401)
    expect((await browser.post(totp, { code: code(1) })).status).toBe(200)
  })

  test('[TF3] a backup code works once, under parallel fire too, and its owner is told', async () => {
    const { email, backupCodes } = await aTwoFactorPerson()
    const browsers = await Promise.all(Array.from({ length: 6 }, async () => (await halfIn(email)).browser))
    const [spent = '', next = ''] = backupCodes
    const answers = await Promise.all(browsers.map((browser) => browser.post(backup, { code: spent })))
    expect(codes(answers)).toEqual([200, ...Array(5).fill('invalid_code')])
    expect((await mailTo(email, 'backup-code-used')).text).toMatch(/9 left/)
    const { browser } = await halfIn(email)
    expect((await browser.post(backup, { code: next.toUpperCase().replace('-', ' ') })).status).toBe(200)
  })

  test('[TF2] one half sign-in lets one browser in', async () => {
    const { email, code, backupCodes } = await aTwoFactorPerson()
    const { browser } = await halfIn(email)
    const copy = browser.copy()
    expect((await browser.post(totp, { code: code() })).status).toBe(200)
    expect((await copy.post(backup, { code: backupCodes[0] })).body.code).toBe('no_sign_in')
  })

  test('[TF4] ten wrong codes in a row lock it for 15 minutes, from wherever and of whatever kind', async () => {
    const { email, code, backupCodes } = await aTwoFactorPerson()
    const browsers: Browser[] = []
    // One by one: of more than ten passwords at once some would have to wait.
    for (let i = 0; i < 14; i++) browsers.push((await halfIn(email)).browser)
    const wrong = await Promise.all(
      browsers.map((browser, i) => browser.post(i % 2 ? totp : backup, { code: '000000' })),
    )
    expect(codes(wrong)).toEqual([...Array(10).fill('invalid_code'), ...Array(4).fill('rate_limit_exceeded')])
    const { browser } = await halfIn(email)
    const right = await browser.post(totp, { code: code() })
    expect([right.status, Number(right.headers.get('retry-after')) > 800]).toEqual([429, true])
    expect((await browser.post(backup, { code: backupCodes[0] })).status).toBe(429)
    await mailTo(email, 'sign-in-locked')
    moveClock(15 * 60_000 + 1)
    const later = await halfIn(email)
    expect((await later.browser.post(totp, { code: code() })).status).toBe(200)
  })

  test('[TF4] a right code starts the count again', async () => {
    const { email, code, backupCodes } = await aTwoFactorPerson()
    const nineWrong = async () => {
      const { browser } = await halfIn(email)
      for (let i = 0; i < 9; i++) await browser.post(totp, { code: '000000' })
      return browser
    }
    expect((await (await nineWrong()).post(totp, { code: code() })).status).toBe(200)
    expect((await (await nineWrong()).post(backup, { code: backupCodes[0] })).status).toBe(200)
  })

  test('[SU5] a reset of the password leaves the second factor on', async () => {
    const { email } = await aTwoFactorPerson()
    await open().post('/api/auth/forgot-password', { email })
    const { links } = await mailTo(email, 'reset-password')
    const token = new URL(links[0] ?? '').searchParams.get('token')
    await open().post('/api/auth/reset-password', { token, password })
    const { answer } = await halfIn(email)
    expect(answer.body.twoFactorRedirect).toBe(true)
  })
})

describe('backup codes', () => {
  test('[TF6] are renewed with a code, in place of the old ones', async () => {
    const { browser, email, code, backupCodes } = await aTwoFactorPerson()
    expect((await browser.post('/api/auth/2fa/backup-codes', { token: '000000' })).status).toBe(401)
    const renewed = await browser.post('/api/auth/2fa/backup-codes', { token: code() })
    expect(renewed.body.backupCodes).toHaveLength(10)
    const half = await halfIn(email)
    expect((await half.browser.post(backup, { code: backupCodes[0] })).status).toBe(401)
    expect((await half.browser.post(backup, { code: renewed.body.backupCodes[0] })).status).toBe(200)
  })

  test('turn it off, with the password', async () => {
    const { browser, email, backupCodes } = await aTwoFactorPerson()
    const off = await browser.post('/api/auth/2fa/disable', { password, token: backupCodes[3] })
    expect(off.status).toBe(200)
    expect((await halfIn(email)).answer.body).toMatchObject({ redirect: false })
  })
})

test('what concerns security is remembered: who, what, when, from where', async () => {
  const { id } = await aTwoFactorPerson()
  const { rows } = await eventually(() =>
    portal().pool.query(
      'select action, ip_address, user_agent from audit_events where subject_id = $1 order by id',
      [id],
    ),
  )
  expect(rows.map(({ action }) => action)).toEqual([
    'user.registered',
    'user.email-verified',
    'user.signed-in',
    'user.two-factor-enabled',
  ])
  expect(rows.every(({ ip_address }) => /^203\.0\./.test(ip_address))).toBe(true)
  expect(rows[0].user_agent).toBe('Firefox')
})

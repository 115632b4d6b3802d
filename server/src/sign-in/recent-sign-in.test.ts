// Accounts without a password: what takes it elsewhere takes a sign-in that was not long ago.
import { beforeEach, describe, expect, test, vi } from 'vitest'
import type { Browser } from '../test/index.ts'
import { aDevice, passkeysAt } from './passkeys/test-passkeys.ts'
import { codeOf, moveClock, password, usePortal } from './test-people.ts'

const { portal, aSignedIn } = usePortal()
const { addFrom, beginAdding, post, signInFrom } = passkeysAt(portal)
beforeEach(() => void vi.useRealTimers())

const minuteMs = 60_000

/** Somebody with a passkey alone, and two-factor sign-in set up and on. */
async function aPersonWithoutPassword() {
  const person = await aSignedIn()
  const { browser } = person
  const device = aDevice()
  await addFrom(browser, device)
  const { body: key } = await browser.post('/api/keys', { name: 'Full' })
  const { body } = await browser.post('/api/auth/2fa/setup')
  const confirmed = await browser.post('/api/auth/2fa/verify', { token: codeOf(body.secret, -1) })
  await portal().pool.query('delete from accounts where user_id = $1', [person.id])
  const backupCodes = confirmed.body.backupCodes as string[]
  return { ...person, device, backupCodes, key: key.key as string }
}
type Person = Awaited<ReturnType<typeof aPersonWithoutPassword>>

const passkeyOf = async (browser: Browser) =>
  (await browser.get('/api/auth/passkey/list-user-passkeys')).body[0].id

/** What may be done with more than a session alone. */
const acts: [string, (person: Person) => ReturnType<Browser['post']>][] = [
  ['adding a passkey', ({ browser }) => beginAdding(browser, {})],
  [
    'removing a passkey',
    async ({ browser }) =>
      post(browser, '/api/auth/passkey/delete-passkey', { id: await passkeyOf(browser) }),
  ],
  ['asking for deletion', ({ browser }) => browser.post('/api/user/deletion', {})],
  [
    'turning two factors off',
    ({ browser, backupCodes }) => browser.post('/api/auth/2fa/disable', { token: backupCodes[0] }),
  ],
  [
    'setting a first password',
    ({ browser }) => browser.post('/api/user/password', { newPassword: password }),
  ],
]

describe.each(acts)('%s', (_, act) => {
  test('[SI5] is a 403 ten minutes after the sign-in, and open again after another', async () => {
    const person = await aPersonWithoutPassword()
    moveClock(10 * minuteMs)
    const late = await act(person)
    expect([late.status, late.body.code]).toEqual([403, 'sign_in_not_recent'])
    expect(late.body.error).toMatch(/^Sign in again to do this/)
    expect((await signInFrom(person.browser, person.device)).status).toBe(200)
    const { body } = await act(person)
    expect(body.code).not.toBe('sign_in_not_recent')
  })

  test('[SI5] is open within ten minutes', async () => {
    const person = await aPersonWithoutPassword()
    moveClock(9 * minuteMs)
    // Somebody whose only way in is a passkey keeps it.
    expect([200, 409]).toContain((await act(person)).status)
  })

  test('[SI5] renewing the session does not make the sign-in recent', async () => {
    const person = await aPersonWithoutPassword()
    moveClock(16 * minuteMs)
    expect((await person.browser.get('/api/user/profile')).status).toBe(200)
    expect((await act(person)).body.code).toBe('sign_in_not_recent')
  })
})

test('[SI5] a key turns nothing off for whoever has no password', async () => {
  const { browser, key, backupCodes } = await aPersonWithoutPassword()
  const headers = { authorization: `Bearer ${key}` }
  const off = await browser.copy().post('/api/auth/2fa/disable', { token: backupCodes[0] }, headers)
  expect([off.status, off.body.code]).toEqual([403, 'sign_in_not_recent'])
  expect((await browser.get('/api/user/profile')).body.twoFactorEnabled).toBe(true)
})

test('[SI5] whoever has a password gives it, however recent the sign-in', async () => {
  const { browser } = await aSignedIn()
  const asked = [beginAdding(browser, {}), browser.post('/api/user/deletion', {})]
  for (const { body } of await Promise.all(asked)) expect(body.code).toBe('invalid_credentials')
  moveClock(60 * minuteMs)
  expect((await browser.post('/api/user/deletion', { password })).status).toBe(200)
})

describe('[SI5] with a password too', () => {
  test.each([
    ['a new address', (browser: Browser) => browser.send('PATCH', '/api/user/profile', { body: { email: 'new@example.com' } })],
    ['linking', (browser: Browser) => browser.post('/api/auth/link-social', { provider: 'github' })],
  ])('%s takes a recent sign-in', async (_, act) => {
    const { browser, email } = await aSignedIn()
    moveClock(10 * minuteMs)
    expect((await act(browser)).body.code).toBe('sign_in_not_recent')
    await browser.post('/api/auth/sign-in/email', { email, password })
    expect((await act(browser)).body.code).not.toBe('sign_in_not_recent')
  })

  test('taking a new address back does not', async () => {
    const { browser, email } = await aSignedIn()
    await browser.send('PATCH', '/api/user/profile', { body: { email: `next.${email}` } })
    moveClock(10 * minuteMs)
    const { status, body } = await browser.send('PATCH', '/api/user/profile', { body: { email } })
    expect([status, body.pendingEmail]).toEqual([200, null])
  })
})

// A portal that was started again with another PORTAL_SECRET: what was stored under the first cannot be read.
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { startTestCluster, type TestCluster } from '../db/test-database.ts'
import { openBrowser, type Portal, startPortal } from '../test/index.ts'
import { aDevice, type Device, passkeysAt } from './passkeys/test-passkeys.ts'
import { anAddress, codeOf, password } from './test-people.ts'

const email = 'ada@example.com'
const other = 'grace@example.com'
let cluster: TestCluster
let portal: Portal
let device: Device
let secret: string
let backupCodes: string[]
let begun: string
const passkeys = passkeysAt(() => portal)
const open = () => openBrowser(portal, { address: anAddress() })
const start = (PORTAL_SECRET: string, database?: Portal['database']) =>
  startPortal({
    cluster,
    ...(database && { database }),
    env: { TRUST_PROXY: '127.0.0.1', PORTAL_SECRET, LOG_LEVEL: 'silent' },
  })
const signIn = async (address: string) => {
  const browser = open()
  await browser.post('/api/auth/sign-in/email', { email: address, password })
  return browser
}
const setUp = async (address: string) => {
  const browser = await signIn(address)
  return { browser, secret: (await browser.post('/api/auth/2fa/setup')).body.secret as string }
}

beforeAll(async () => {
  cluster = await startTestCluster()
  portal = await start('the first secret of this portal, long enough')
  const { accounts } = portal.services
  for (const address of [email, other])
    await accounts.createUser({ email: address, password, verified: true })
  const person = await setUp(email)
  secret = person.secret
  const confirmed = await person.browser.post('/api/auth/2fa/verify', { token: codeOf(secret, -1) })
  backupCodes = confirmed.body.backupCodes
  device = aDevice()
  await passkeys.addFrom(person.browser, device)
  begun = (await setUp(other)).secret
  await portal.close()
  portal = await start('another secret of this portal, long enough', portal.database)
})
afterAll(async () => {
  await portal?.close()
  await cluster?.stop()
})
const told = () => vi.mocked(portal.services.log.error).mock.calls.map(([about, words]) => ({ about, words }))
beforeEach(() => void vi.spyOn(portal.services.log, 'error').mockClear())

describe('a second factor whose secret cannot be read', () => {
  test.each([
    ['verify-totp', () => codeOf(secret)],
    ['verify-backup-code', () => backupCodes[0]],
    ['verify-backup-code', () => 'wrong-wrong'],
  ])('[TF8] at %s is a 409 that says what to do, and one error in the log', async (path, code) => {
    const browser = await signIn(email)
    const { status, body } = await browser.post(`/api/auth/two-factor/${path}`, { code: code() })
    expect([status, body.code]).toEqual([409, 'conflict'])
    expect(body.error).toMatch(/secret of this portal was changed or lost.*passkey.*admin -- reset-2fa/)
    const userId = expect.stringMatching(/^usr_/)
    expect(told()).toEqual([
      { about: { userId, err: expect.any(Error) }, words: expect.stringContaining('another PORTAL_SECRET') },
    ])
  })

  test('[TF8] locks nobody out, however often they try, and lets a passkey in', async () => {
    const browser = await signIn(email)
    for (let i = 0; i < 11; i++) {
      const { status } = await browser.post('/api/auth/two-factor/verify-totp', { code: '000000' })
      expect(status).toBe(409)
    }
    expect((await passkeys.signInFrom(browser, device)).body).toMatchObject({ user: { email } })
    const token = codeOf(secret)
    const off = await browser.post('/api/auth/2fa/disable', { password, token })
    const renewed = await browser.post('/api/auth/2fa/backup-codes', { token })
    expect([off.status, renewed.status]).toEqual([409, 409])
  })

  test('[TF8] that was never confirmed is begun again', async () => {
    const browser = await signIn(other)
    const old = await browser.post('/api/auth/2fa/verify', { token: codeOf(begun) })
    expect([old.status, old.body.error]).toEqual([409, expect.stringContaining('/api/auth/2fa/setup')])
    const { body } = await browser.post('/api/auth/2fa/setup')
    const confirmed = await browser.post('/api/auth/2fa/verify', { token: codeOf(body.secret) })
    expect(confirmed.status).toBe(200)
  })
})

test('[TF8] sessions of the first secret have ended, and nothing else needs it', async () => {
  const browser = await signIn(email)
  await passkeys.signInFrom(browser, device)
  const foreign = open()
  foreign.cookies.set('portal-oauth', 'sealed.with.another.secret.entirely')
  const back = await foreign.get('/api/auth/callback/google?code=1&state=2')
  expect([back.status, back.headers.get('location')]).toEqual([302, '/sign-in?error=failed&provider=google'])
  expect((await browser.get('/api/user/profile')).status).toBe(200)
})

import { describe, expect, test } from 'vitest'
import { usePortal } from '../sign-in/test-people.ts'
import { eventually } from '../test/index.ts'
import { admin, password } from './test-admin.ts'

const { portal, open, mailTo, aSignedIn, aTwoFactorPerson } = usePortal()

const reset = (email: string) => admin({ DATABASE_URL: portal().database.url }, 'reset-2fa', '--email', email)
const signIn = async (email: string) => {
  const browser = open()
  return { browser, answer: await browser.post('/api/auth/sign-in/email', { email, password }) }
}

describe('reset-2fa', () => {
  test('[TF7] turns it off, signs every device out within a second, and the password alone is enough', async () => {
    const { email, browser, code, backupCodes } = await aTwoFactorPerson()
    const second = await signIn(email)
    await second.browser.post('/api/auth/two-factor/verify-totp', { code: code() })
    const half = await signIn(email)
    const ended = await reset(email)
    expect(ended).toMatchObject({ code: 0, stderr: '' })
    expect(ended.stdout).toContain(
      `Two-factor sign-in of ${email} is off, and its backup codes are gone. 2 devices were signed out.`,
    )
    for (const device of [browser, second.browser])
      await eventually(async () => expect((await device.get('/api/user/profile')).status).toBe(401), 1000)
    const late = await half.browser.post('/api/auth/two-factor/verify-backup-code', { code: backupCodes[0] })
    expect(late.body.code).toBe('no_sign_in')
    expect((await signIn(email)).answer.body).toMatchObject({
      ...{ redirect: false, user: { email, twoFactorEnabled: false } },
    })
  })

  test('[TF7] is remembered and mailed by the server that runs', async () => {
    const { email, id } = await aTwoFactorPerson()
    await reset(email)
    const mail = await mailTo(email, 'two-factor-reset')
    expect(mail.links[0]).toBe('http://127.0.0.1:3000/settings/security')
    const { browser } = await signIn(email)
    const { body } = await browser.get('/api/user/activity')
    const event = body.data.find(({ action }: { action: string }) => action === 'user.two-factor-reset')
    expect(event).toMatchObject({
      ...{ actor: null, subject: { id }, ipAddress: null, details: { sessionsEnded: 1 } },
    })
  })

  test('[TF7] changes nothing where it is not on, and for nobody', async () => {
    const { email, browser } = await aSignedIn()
    await browser.post('/api/auth/2fa/setup')
    const off = await reset(email)
    expect([off.code, off.stdout]).toEqual([1, ''])
    expect(off.stderr).toBe(`Two-factor sign-in is not on for ${email}.\n`)
    expect((await browser.get('/api/user/profile')).status).toBe(200)
    const nobody = await reset('nobody@example.com')
    expect(nobody).toMatchObject({
      ...{ code: 1, stderr: 'There is no user with the address nobody@example.com.\n' },
    })
  })
})

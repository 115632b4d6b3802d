// People as tests make them: through the pages' own calls and the mails they get.
import { TOTP } from 'otpauth'
import { afterAll, beforeAll, vi } from 'vitest'
import { startTestCluster, type TestCluster } from '../db/test-database.ts'
import { type Browser, eventually, openBrowser, type Portal, startPortal } from '../test/index.ts'

export const password = 'SecureP@ssw0rd!'

let people = 0
let addresses = 0

/** A client address that nobody else has. */
export const anAddress = (): string => `203.0.${113 + Math.floor(++addresses / 250)}.${addresses % 250}`

/** A portal behind a proxy, whose clock the tests of a file can move. */
export function usePortal(env: Record<string, string> = {}) {
  let cluster: TestCluster
  let portal: Portal
  beforeAll(async () => {
    cluster = await startTestCluster()
    portal = await startPortal({ cluster, env: { TRUST_PROXY: '127.0.0.1', ...env } })
  })
  afterAll(async () => {
    vi.useRealTimers()
    await portal?.close()
    await cluster?.stop()
  })
  const open = (address = anAddress()): Browser => openBrowser(portal, { address })

  /** The newest mail of the kind to the address, once it is there. */
  const mailTo = (address: string, kind: string) =>
    eventually(async () => {
      const mails = await portal.services.mailbox?.list({ to: address })
      const mail = mails?.find((each) => each.kind === kind)
      if (!mail) throw new Error(`There is no ${kind} for ${address}.`)
      return mail
    })
  /** The token of the newest link of the kind. */
  const tokenTo = async (address: string, kind: string): Promise<string> =>
    tokenIn((await mailTo(address, kind)).links)

  /** Somebody who has signed up and confirmed their address. */
  const aPerson = async (): Promise<{ email: string; id: string }> => {
    const email = `person${++people}@example.com`
    const browser = open()
    const { body } = await browser.post('/api/auth/register', { name: 'Ada', email, password })
    await browser.post('/api/auth/verify-email', { token: await tokenTo(email, 'verify-email') })
    return { email, id: body.id }
  }
  /** The same, signed in. */
  const aSignedIn = async (address = anAddress()) => {
    const person = await aPerson()
    const browser = open(address)
    const { status } = await browser.post('/api/auth/sign-in/email', { email: person.email, password })
    if (status !== 200) throw new Error(`Signing in was a ${status}.`)
    return { ...person, browser }
  }
  /** The same with two-factor sign-in, by an app that tells a code of the step before, the present or the next. */
  const aTwoFactorPerson = async () => {
    const person = await aSignedIn()
    const { body } = await person.browser.post('/api/auth/2fa/setup')
    const code = (steps = 0) => codeOf(body.secret, steps)
    const confirmed = await person.browser.post('/api/auth/2fa/verify', { token: code(-1) })
    return { ...person, code, backupCodes: confirmed.body.backupCodes as string[] }
  }
  return {
    portal: () => portal,
    cluster: () => cluster,
    open,
    mailTo,
    tokenTo,
    aPerson,
    aSignedIn,
    aTwoFactorPerson,
  }
}

export const tokenIn = (links: readonly string[]): string =>
  new URL(links.find((link) => link.includes('token=')) ?? 'none:').searchParams.get('token') ?? ''

/** What an authenticator app shows so many steps from now. */
export const codeOf = (secret: string, steps = 0): string =>
  new TOTP({ secret }).generate({ timestamp: Date.now() + steps * 30_000 })

/** Moves the clock of the portal that runs in this process; timers go on as they did. */
export function moveClock(byMs: number): void {
  vi.useFakeTimers({ now: Date.now() + byMs, toFake: ['Date'] })
}

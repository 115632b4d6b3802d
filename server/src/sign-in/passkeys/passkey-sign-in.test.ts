import { beforeEach, describe, expect, test, vi } from 'vitest'
import type { Browser } from '../../test/index.ts'
import { moveClock, password, usePortal } from '../test-people.ts'
import { aDevice, passkeysAt } from './test-passkeys.ts'

const { portal, open, mailTo, aSignedIn, aTwoFactorPerson } = usePortal()
const { origin, addFrom, beginAdding, beginSignIn, signIn, signInFrom } = passkeysAt(portal)
beforeEach(() => void vi.useRealTimers())

type Answer = { status: number; body: { code?: string } }
const codeOf = ({ status, body }: Answer) => body.code ?? status
const codes = (answers: Answer[]) => answers.map(codeOf).sort()

/** Somebody with a passkey on a device of their own. */
const aPasskeyPerson = async (device = aDevice()) => {
  const person = await aSignedIn()
  const { status, body } = await addFrom(person.browser, device, 'Laptop')
  if (status !== 200) throw new Error(`Adding a passkey was a ${status}: ${JSON.stringify(body)}`)
  return { ...person, device, passkey: body }
}
/** The same with two-factor sign-in on. */
const aGuardedPerson = async (device = aDevice()) => {
  const person = await aTwoFactorPerson()
  await addFrom(person.browser, device)
  return { ...person, device }
}
/** A browser that has given the password, and waits for the second factor. */
const halfIn = async (email: string) => {
  const browser = open()
  const { body } = await browser.post('/api/auth/sign-in/email', { email, password }, { origin: origin() })
  return { browser, body }
}
const methodOf = async (browser: Browser) => (await browser.get('/api/auth/get-session')).body.session.method

const auditOf = async (userId: string): Promise<string[]> => {
  const { rows } = await portal().pool.query(
    'select action from audit_events where subject_id = $1 order by id',
    [userId],
  )
  return rows.map(({ action }) => action)
}

describe('a passkey alone', () => {
  test('[PK-05] signs in, and the session says so', async () => {
    const { email, device } = await aPasskeyPerson()
    const browser = open()
    const asked = await beginSignIn(browser)
    expect(asked.body).toMatchObject({ rpId: 'localhost', userVerification: 'required' })
    expect(asked.body.allowCredentials).toBeUndefined()
    const { status, body } = await signIn(browser, device.get(asked.body, origin()))
    expect([status, body.user?.email]).toEqual([200, email])
    expect([...browser.cookies.keys()]).toEqual(['portal-session'])
    expect(await methodOf(browser)).toBe('passkey')
  })

  test('[PK-05] is both factors: no code is asked for', async () => {
    const { email, device } = await aGuardedPerson()
    const browser = open()
    expect((await signInFrom(browser, device)).body).toMatchObject({
      user: { email, twoFactorEnabled: true },
    })
    expect((await browser.get('/api/user/profile')).status).toBe(200)
  })

  test('[PK-05] has to have verified who uses it', async () => {
    const { device } = await aPasskeyPerson()
    const unverified = await signInFrom(open(), device.copy({ verifies: false }))
    expect([unverified.status, unverified.body.code]).toEqual([401, 'invalid_passkey'])
  })

  test('[PK-10] is refused alike where it is unknown and where it is wrong', async () => {
    const { device } = await aPasskeyPerson()
    const [browser, other] = [open(), open()]
    const given = device.get((await beginSignIn(browser)).body, origin())
    const { signature } = given.response
    const forged = { ...given, response: { ...given.response, signature: flipped(signature) } }
    const wrong = await signIn(browser, forged)
    const stranger = device.get((await beginSignIn(other)).body, origin())
    const unknown = await signIn(other, { ...stranger, id: 'AAAA', rawId: 'AAAA' })
    const { requestId: _, ...said } = wrong.body
    expect([wrong.status, said.code]).toEqual([401, 'invalid_passkey'])
    expect([unknown.status, unknown.body]).toEqual([401, { ...said, requestId: expect.any(String) }])
  })

  test('[PK-10] is asked for a hundred times in 15 minutes from one address', async () => {
    const browser = open()
    const asked = await Promise.all(Array.from({ length: 104 }, () => beginSignIn(browser)))
    expect(codes(asked).slice(-4)).toEqual(Array(4).fill('rate_limit_exceeded'))
    expect(codes(asked).filter((code) => code === 200)).toHaveLength(100)
  })

  test('[PK-10] [SI3] is answered fifty times in 15 minutes from one address, whatever is sent', async () => {
    const { device } = await aPasskeyPerson()
    const browser = open()
    const given = device.get((await beginSignIn(browser)).body, origin())
    const malformed = ['{', '[]', '{"response":1}', 'null', { response: { ...given, id: '%' } }]
    const answers = await Promise.all(
      Array.from({ length: 53 }, (_, i) =>
        browser.post('/api/auth/passkey/verify-authentication', malformed[i % malformed.length], {
          origin: origin(),
        }),
      ),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([...Array(50).fill(400), 429, 429, 429])
    expect(codeOf(await signIn(browser, given))).toBe('rate_limit_exceeded')
  })

  test('[PK-10] names whose it is, and no other', async () => {
    const { device } = await aPasskeyPerson()
    const { id } = await aSignedIn()
    const answerAs = async (userHandle: string | null) => {
      const browser = open()
      const given = device.get((await beginSignIn(browser)).body, origin())
      return signIn(browser, { ...given, response: { ...given.response, userHandle } })
    }
    expect(codeOf(await answerAs(Buffer.from(id).toString('base64url')))).toBe('invalid_passkey')
    expect(codeOf(await answerAs(null))).toBe('invalid_passkey')
  })
})

test('[SU2] nobody signs in with a passkey before the address is confirmed', async () => {
  const { id, device } = await aPasskeyPerson()
  await portal().pool.query('update users set email_verified = false where id = $1', [id])
  expect(codeOf(await signInFrom(open(), device))).toBe('email_not_verified')
})

describe('a challenge', () => {
  test('[PK-02] is answered once, also by six answers at once', async () => {
    const { device } = await aPasskeyPerson()
    const browser = open()
    const answer = device.get((await beginSignIn(browser)).body, origin())
    const copies = Array.from({ length: 6 }, () => browser.copy())
    const answers = await Promise.all(copies.map((copy) => signIn(copy, answer)))
    expect(codes(answers)).toEqual([200, ...Array(5).fill('no_sign_in')])
  })

  test('[PK-02] is used up by a wrong answer too', async () => {
    const { device } = await aPasskeyPerson()
    const browser = open()
    const answer = device.get((await beginSignIn(browser)).body, origin())
    const copy = browser.copy()
    const wrong = {
      ...answer,
      response: { ...answer.response, signature: flipped(answer.response.signature) },
    }
    expect(codeOf(await signIn(browser, wrong))).toBe('invalid_passkey')
    expect(codeOf(await signIn(copy, answer))).toBe('no_sign_in')
  })

  test('[PK-02] belongs to the browser that asked for it', async () => {
    const { device } = await aPasskeyPerson()
    const answer = device.get((await beginSignIn(open())).body, origin())
    expect(codeOf(await signIn(open(), answer))).toBe('no_sign_in')
    const other = open()
    await beginSignIn(other)
    expect(codeOf(await signIn(other, answer))).toBe('invalid_passkey')
  })

  test('[PK-02] is for what it was asked for: none for adding signs in', async () => {
    const { browser, device } = await aPasskeyPerson()
    const { body } = await beginAdding(browser)
    const answer = device.get({ challenge: body.challenge, rpId: 'localhost' }, origin())
    expect(codeOf(await signIn(browser, answer))).toBe('no_sign_in')
  })

  test('[PK-02] ends after five minutes', async () => {
    const { device } = await aPasskeyPerson()
    const browser = open()
    const answer = device.get((await beginSignIn(browser)).body, origin())
    moveClock(5 * 60_000 + 1)
    expect(codeOf(await signIn(browser, answer))).toBe('no_sign_in')
  })

  test('[PK-01] is answered at this origin alone', async () => {
    const { device } = await aPasskeyPerson()
    for (const elsewhere of ['http://localhost:1', 'https://localhost']) {
      const browser = open()
      const answer = device.get((await beginSignIn(browser)).body, elsewhere)
      expect(codeOf(await signIn(browser, answer))).toBe('invalid_passkey')
    }
  })

  test('[PK-01] is answered for this name alone', async () => {
    const { device } = await aPasskeyPerson()
    const browser = open()
    const { body } = await beginSignIn(browser)
    const rpId = 'evil.example'
    const answer = device.copy({ rpId }).get({ ...body, rpId }, origin())
    expect(codeOf(await signIn(browser, answer))).toBe('invalid_passkey')
  })
})

describe('the count of uses', () => {
  test('[PK-07] goes up: a copy is refused, remembered and mailed', async () => {
    const { id, email, device } = await aPasskeyPerson()
    const stolen = device.copy()
    expect(codeOf(await signInFrom(open(), device))).toBe(200)
    expect(codeOf(await signInFrom(open(), device))).toBe(200)
    const browser = open()
    const copied = await signInFrom(browser, stolen)
    expect([copied.status, copied.body.code]).toEqual([401, 'invalid_passkey'])
    expect(copied.body.error).toMatch(/may have been copied/)
    expect(browser.cookies.has('portal-session')).toBe(false)
    expect(await auditOf(id)).toContain('user.passkey-refused')
    expect((await mailTo(email, 'passkey-refused')).text).toMatch(/“Laptop”/)
    expect(codeOf(await signInFrom(open(), device))).toBe(200)
  })

  test('[PK-07] raises no alarm without the right signature', async () => {
    const { id, device } = await aPasskeyPerson()
    const stolen = device.copy()
    await signInFrom(open(), device)
    const browser = open()
    const answer = stolen.get((await beginSignIn(browser)).body, origin())
    const forged = {
      ...answer,
      response: { ...answer.response, signature: flipped(answer.response.signature) },
    }
    expect((await signIn(browser, forged)).body.error).not.toMatch(/copied/)
    expect(await auditOf(id)).not.toContain('user.passkey-refused')
  })

  test('[PK-07] may stay at nothing, as password managers have it', async () => {
    const { device } = await aPasskeyPerson(aDevice({ countsBy: 0 }))
    for (let i = 0; i < 3; i++) expect(codeOf(await signInFrom(open(), device))).toBe(200)
  })
})

describe('a passkey as the second factor', () => {
  test('[PK-06] is offered where somebody has one, and ends the sign-in that waits', async () => {
    const { email, device } = await aGuardedPerson()
    const { browser, body } = await halfIn(email)
    expect(body).toEqual({
      twoFactorRedirect: true,
      twoFactorMethods: ['totp', 'passkey', 'backup-code'],
    })
    const asked = await beginSignIn(browser)
    expect(asked.body.userVerification).toBe('preferred')
    expect(asked.body.allowCredentials).toHaveLength(1)
    expect((await browser.get('/api/user/profile')).status).toBe(401)
    const { status } = await signIn(browser, device.get(asked.body, origin()))
    expect(status).toBe(200)
    expect([...browser.cookies.keys()]).toEqual(['portal-session'])
    expect(await methodOf(browser)).toBe('password')
  })

  test('[PK-06] need not verify who uses it: the password did', async () => {
    const { email, device } = await aGuardedPerson()
    const { browser } = await halfIn(email)
    expect((await signInFrom(browser, device.copy({ verifies: false }))).status).toBe(200)
  })

  test('[PK-06] is nobody else’s', async () => {
    const { email } = await aGuardedPerson()
    const stranger = await aPasskeyPerson()
    const { browser } = await halfIn(email)
    const { body } = await beginSignIn(browser)
    const { allowCredentials: _, ...any } = body
    const answer = await signIn(browser, stranger.device.get(any, origin()))
    expect([answer.status, answer.body.code]).toEqual([401, 'invalid_passkey'])
    expect(browser.cookies.has('portal-session')).toBe(false)
  })

  test('[PK-06] lets one browser in for one password', async () => {
    const { email, code, device } = await aGuardedPerson()
    const { browser } = await halfIn(email)
    const answer = device.get((await beginSignIn(browser)).body, origin())
    const copy = browser.copy()
    expect((await browser.post('/api/auth/two-factor/verify-totp', { code: code() })).status).toBe(200)
    expect(codeOf(await signIn(copy, answer))).toBe('no_sign_in')
  })

  test('[PK-06] is not locked by wrong codes', async () => {
    const { email, device } = await aGuardedPerson()
    const { browser } = await halfIn(email)
    const guesses = Array.from({ length: 10 }, () =>
      browser.post('/api/auth/two-factor/verify-totp', { code: '000000' }),
    )
    await Promise.all(guesses)
    const locked = await browser.post('/api/auth/two-factor/verify-totp', { code: '000000' })
    expect(locked.status).toBe(429)
    expect((await signInFrom(browser, device)).status).toBe(200)
  })

  test('[PK-06] does not turn two-factor sign-in on: the password alone still signs in', async () => {
    const { email, browser } = await aPasskeyPerson()
    expect((await browser.get('/api/user/profile')).body.twoFactorEnabled).toBe(false)
    expect((await halfIn(email)).body).toMatchObject({ redirect: false })
  })

  test('[PK-06] is not offered where the address bar shows an IP address', async () => {
    const { email } = await aGuardedPerson()
    const { body } = await open().post('/api/auth/sign-in/email', { email, password })
    expect(body.twoFactorMethods).toEqual(['totp', 'backup-code'])
  })
})

/** The same bytes but for one. */
function flipped(bytes: string): string {
  const changed = Buffer.from(bytes, 'base64url')
  changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1
  return changed.toString('base64url')
}

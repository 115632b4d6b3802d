import { describe, expect, test } from 'vitest'
import { anAddress, moveClock, password, usePortal } from './test-people.ts'

const { portal, open, aPerson, aSignedIn, tokenTo } = usePortal()
const wrong = 'Wr0ng-password!'

const signIn = (email: string, given: unknown = password, address = anAddress()) =>
  open(address).post('/api/auth/sign-in/email', { email, password: given })
const codes = (answers: { status: number; body: { code?: string } }[]) =>
  answers.map(({ status, body }) => body.code ?? status)

describe('signing in', () => {
  test('[SI1] a wrong password and an unknown address are the same 401', async () => {
    const { email } = await aPerson()
    const [known, unknown] = [await signIn(email, wrong), await signIn('unknown@example.com', wrong)]
    expect([known.status, known.body.code]).toEqual([401, 'invalid_credentials'])
    const { requestId: _, ...said } = known.body
    expect(unknown.body).toMatchObject(said)
  })

  test('[SI1] takes about as long whoever it is', async () => {
    const { email } = await aPerson()
    const timeOf = async (address: string) => {
      const times: number[] = []
      for (let i = 0; i < 7; i++) {
        const startedAt = performance.now()
        await signIn(address, wrong)
        times.push(performance.now() - startedAt)
      }
      return times.sort((a, b) => a - b)[3] ?? 0
    }
    const [known, unknown] = [await timeOf(email), await timeOf('nobody@example.com')]
    // Without the comparison with nobody's password an unknown address is answered ten times as fast.
    expect(known / unknown).toBeGreaterThan(0.25)
    expect(known / unknown).toBeLessThan(4)
  })

  test.each([{ not: '' }, ['a'], null, 5, '', 'x'.repeat(2000)])(
    '[SI1] a password of %j is a 400 and no operator',
    async (given) => {
      const { email } = await aPerson()
      expect((await signIn(email, given)).status).toBe(400)
    },
  )

  test('[SI2] [SI3] of many guesses at once ten are judged, and the right one waits like the others', async () => {
    const { email } = await aPerson()
    const guesses = await Promise.all(Array.from({ length: 16 }, () => signIn(email, wrong)))
    expect(codes(guesses).sort()).toEqual([
      ...Array(10).fill('invalid_credentials'),
      ...Array(6).fill('rate_limit_exceeded'),
    ])
    const right = await signIn(email)
    expect([right.status, Number(right.headers.get('retry-after')) > 800]).toEqual([429, true])
  })

  test('[SI2] strangers’ guesses do not keep the owner out where they have been', async () => {
    const home = anAddress()
    const { email } = await aSignedIn(home)
    await Promise.all(Array.from({ length: 12 }, () => signIn(email, wrong)))
    expect((await signIn(email)).status).toBe(429)
    expect((await signIn(email, password, home)).status).toBe(200)
  })

  test('[SI2] guesses from where the owner has been are bounded too', async () => {
    const home = anAddress()
    const { email } = await aSignedIn(home)
    const guesses = await Promise.all(Array.from({ length: 12 }, () => signIn(email, wrong, home)))
    expect(codes(guesses).filter((code) => code === 'invalid_credentials')).toHaveLength(10)
  })

  test('[SI2] a reset lets the owner in from anywhere again', async () => {
    const { email } = await aPerson()
    await Promise.all(Array.from({ length: 12 }, () => signIn(email, wrong)))
    await open().post('/api/auth/forgot-password', { email })
    const token = await tokenTo(email, 'reset-password')
    await open().post('/api/auth/reset-password', { token, password: 'An0ther-password' })
    expect((await signIn(email, 'An0ther-password')).status).toBe(200)
  })

  test('[SI2] one address guesses at fifty accounts at most, and right ones cost it nothing', async () => {
    const { email } = await aPerson()
    const address = anAddress()
    for (let i = 0; i < 3; i++) expect((await signIn(email, password, address)).status).toBe(200)
    const guesses = await Promise.all(
      Array.from({ length: 60 }, (_, i) => signIn(`nobody${i}@example.com`, wrong, address)),
    )
    expect(codes(guesses).filter((code) => code === 'invalid_credentials')).toHaveLength(50)
  })
})

describe('other sites', () => {
  const foreign = [
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: 'http://127.0.0.1:1' },
    { origin: '', 'sec-fetch-site': 'cross-site' },
  ]
  test.each(foreign)('[SI4] cannot sign anybody in, with %j', async (headers) => {
    const { email } = await aPerson()
    const { status, body } = await open().post('/api/auth/sign-in/email', { email, password }, headers)
    expect([status, body.code]).toEqual([403, 'foreign_origin'])
  })

  test.each(foreign)('[SI4] cannot act for whoever is signed in, with %j', async (headers) => {
    const { browser } = await aSignedIn()
    const made = await browser.post('/api/keys', { name: 'Stolen' }, headers)
    expect([made.status, made.body.code]).toEqual([403, 'foreign_origin'])
    const completion = await browser.post(
      '/api/chat/completions',
      { model: 'test-model', messages: [{ role: 'user', content: 'Hi' }] },
      headers,
    )
    expect(completion.status).toBe(403)
    expect((await browser.post('/api/auth/sign-out', undefined, headers)).status).toBe(403)
    expect((await browser.get('/api/user/profile')).status).toBe(200)
  })

  test.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data'])(
    '[SI4] a form of %s is a 415',
    async (type) => {
      const { browser } = await aSignedIn()
      const body = JSON.stringify({ name: 'Stolen' })
      expect((await browser.post('/api/keys', body, { 'content-type': type })).status).toBe(415)
    },
  )

  test('[SI4] our own page acts, and a program without cookies needs no origin', async () => {
    const { browser, email } = await aSignedIn()
    expect((await browser.post('/api/keys', { name: 'Mine' })).status).toBe(201)
    const response = await fetch(`${portal().url}/api/auth/sign-in/email`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-forwarded-for': anAddress() },
      body: JSON.stringify({ email, password }),
    })
    expect(response.status).toBe(200)
  })

  test('[SI2] fifteen minutes later guesses count from nothing', async () => {
    const { email } = await aPerson()
    await Promise.all(Array.from({ length: 10 }, () => signIn(email, wrong)))
    expect((await signIn(email)).status).toBe(429)
    moveClock(15 * 60_000 + 1)
    expect((await signIn(email)).status).toBe(200)
  })
})

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Browser, eventually } from '../test/index.ts'
import { clientId, clientSecret, type Somebody, startGithub, startIssuer } from './test-issuers.ts'
import { password, usePortal } from './test-people.ts'

let google: Awaited<ReturnType<typeof startIssuer>>
let github: Awaited<ReturnType<typeof startGithub>>
const client = (name: 'GOOGLE' | 'GITHUB', url: string) => ({
  [`${name}_CLIENT_ID`]: clientId,
  [`${name}_CLIENT_SECRET`]: clientSecret,
  [`${name}_BASE_URL`]: url,
})
const env: Record<string, string> = {}
beforeAll(async () => {
  google = await startIssuer(() => `${portal().url}/api/auth/callback/google`)
  github = await startGithub()
  Object.assign(env, client('GOOGLE', google.url), client('GITHUB', github.url))
})
const { portal, open, mailTo, aPerson, aSignedIn, aTwoFactorPerson } = usePortal(env)
afterAll(() => Promise.all([google?.close(), github?.close()]))

let people = 0
/** Somebody whom only the other site knows. */
const aStranger = (more: Partial<Somebody> = {}): Somebody => {
  const sub = String(1000 + ++people)
  return { sub, email: `stranger${sub}@example.com`, email_verified: true, name: 'Grace Hopper', ...more }
}

/** Follows the way to the other site and back; resolves to the last address and the path we are sent on to. */
async function goThere(browser: Browser, provider: 'google' | 'github', somebody: Somebody) {
  const site = provider === 'google' ? google : github
  site.somebody = somebody
  const begun = await browser.post('/api/auth/sign-in/social', { provider, callbackURL: '/keys' })
  return comeBack(browser, begun.body.url)
}

async function comeBack(browser: Browser, url: string) {
  const callback = await signInThere(url)
  const answer = await browser.get(callback.pathname + callback.search)
  return { callback, status: answer.status, location: answer.headers.get('location') }
}

/** What a browser does at the other site, up to where it is sent back. */
async function signInThere(url: string): Promise<URL> {
  const cookies = new Map<string, string>()
  let next = new URL(url)
  for (let hops = 0; hops < 12; hops++) {
    if (next.pathname.startsWith('/api/auth/callback/')) return next
    const response = await fetch(next, {
      redirect: 'manual',
      headers: { cookie: [...cookies].map((pair) => pair.join('=')).join('; ') },
    })
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      cookies.set(name, value)
    }
    const location = response.headers.get('location')
    if (!location) throw new Error(`${next} answered ${response.status}: ${await response.text()}`)
    next = new URL(location, next)
  }
  throw new Error('There is no end of redirects.')
}

/** Where those who began come back to, all at once. */
const allBack = async (begun: { browser: Browser; callback: URL }[]) => {
  const answers = await Promise.all(
    begun.map(({ browser, callback }) => browser.get(callback.pathname + callback.search)),
  )
  return answers.map(({ status, headers }) => `${status} ${headers.get('location')}`).sort()
}

const whoIs = async (browser: Browser) => (await browser.get('/api/auth/get-session')).body?.user ?? null

describe.each(['google', 'github'] as const)('with %s', (provider) => {
  test('[OA1] somebody new is in at once, with an organisation and without a password', async () => {
    const browser = open()
    const { status, location } = await goThere(browser, provider, aStranger())
    expect([status, location]).toEqual([302, '/keys'])
    const user = await whoIs(browser)
    expect(user).toMatchObject({ name: 'Grace Hopper', emailVerified: true })
    expect((await browser.get('/api/user/profile')).body.hasPassword).toBe(false)
    expect((await browser.get('/api/auth/list-accounts')).body).toMatchObject([
      { providerId: provider, email: user.email },
    ])
    expect((await browser.get('/api/auth/list-sessions')).body).toMatchObject([{ method: provider }])
  })

  test('[OA1] the same identity is the same person, whatever its address has become', async () => {
    const somebody = aStranger()
    const first = open()
    await goThere(first, provider, somebody)
    const again = open()
    await goThere(again, provider, { ...somebody, email: 'renamed@example.com', email_verified: false })
    expect((await whoIs(again)).id).toBe((await whoIs(first)).id)
  })

  test('[OA2] an account with the address is linked where both sides confirmed it, and its owner is told', async () => {
    const { email, id } = await aPerson()
    const browser = open()
    await goThere(browser, provider, aStranger({ email: email.toUpperCase() }))
    expect((await whoIs(browser)).id).toBe(id)
    await mailTo(email, 'sign-in-method-changed')
  })

  test.each([false, null, undefined, 'true', 1])(
    '[OA2] an address that the other side has not confirmed (%j) opens nothing',
    async (verified) => {
      const { email } = await aPerson()
      for (const address of [email, 'nobody-has-this@example.com']) {
        const browser = open()
        const somebody = aStranger({ email: address, email_verified: verified })
        const { location } = await goThere(browser, provider, somebody)
        expect(location).toBe(`/sign-in?error=email-unverified&provider=${provider}`)
        expect(await whoIs(browser)).toBeNull()
      }
    },
  )

  test('[OA2] an account here that never confirmed its address is not linked: its owner signs in first', async () => {
    const email = `unconfirmed-${provider}@example.com`
    await open().post('/api/auth/register', { name: 'Mallory', email, password })
    const browser = open()
    const { location } = await goThere(browser, provider, aStranger({ email }))
    expect(location).toBe(`/sign-in?error=sign-in-first&provider=${provider}`)
    expect(await whoIs(browser)).toBeNull()
  })

  test.each(['\u212aelvin', '\u212aelvin\0', 'k elvin', '"kelvin"', 'kelvin@elsewhere'])(
    '[OA2] an address that is none (%j) is neither made into one nor an error of ours',
    async (name) => {
      const known = `kelvin-${provider}@example.com`
      await open().post('/api/auth/register', { name: 'Kim', email: known, password })
      await portal().pool.query('update users set email_verified = true where email = $1', [known])
      const browser = open()
      const stranger = aStranger({ email: known.replace('kelvin', name) })
      const { status, location } = await goThere(browser, provider, stranger)
      expect([status, location]).toEqual([302, `/sign-in?error=email-unusable&provider=${provider}`])
      expect(await whoIs(browser)).toBeNull()
    },
  )

  test('[OA2] to whoever adds it, an identity is theirs without an address where it has none to use', async () => {
    const { browser } = await aSignedIn()
    const site = provider === 'google' ? google : github
    site.somebody = aStranger({ email: 'a\0b@example.com' })
    const link = await browser.post('/api/auth/link-social', { provider })
    const { location } = await comeBack(browser, link.body.url)
    expect(location).toBe(`/settings/security?linked=${provider}`)
    const accounts = (await browser.get('/api/auth/list-accounts')).body
    expect(accounts).toContainEqual(expect.objectContaining({ providerId: provider, email: null }))
  })

  test('[TF2] two-factor sign-in comes next where it is on', async () => {
    const { email, code } = await aTwoFactorPerson()
    const browser = open()
    const { location } = await goThere(browser, provider, aStranger({ email }))
    expect(location).toBe('/sign-in?step=second-factor&next=%2Fkeys')
    expect(await whoIs(browser)).toBeNull()
    expect((await browser.get('/api/user/profile')).status).toBe(401)
    await browser.post('/api/auth/two-factor/verify-totp', { code: code() })
    expect(await whoIs(browser)).toMatchObject({ email })
    expect((await browser.get('/api/auth/list-sessions')).body[0].method).toBe(provider)
  })

  test('[OA3] what comes back to another browser, twice, late or changed opens nothing', async () => {
    const [browser, thief] = [open(), open()]
    const site = provider === 'google' ? google : github
    site.somebody = aStranger()
    const begun = await browser.post('/api/auth/sign-in/social', { provider })
    const { pathname, search } = await signInThere(begun.body.url)
    const failed = `/sign-in?error=failed&provider=${provider}`
    const arrive = async (who: Browser, query: string) =>
      (await who.get(pathname + query)).headers.get('location')
    expect(await arrive(thief, search)).toBe(failed)
    expect(await arrive(browser.copy(), search.replace(/state=[^&]*/, 'state=other'))).toBe(failed)
    expect(await arrive(browser.copy(), search.replace(/code=[^&]*/, 'code=other'))).toBe(failed)
    expect(await arrive(browser, '?error=access_denied&state=x')).toMatch(/error=(failed|denied)/)
    expect(await arrive(browser, search)).toBe(failed)
    expect(await whoIs(browser)).toBeNull()
  })

  test('[OA4] a way in is added in the settings, to whoever began, and removed but for the last', async () => {
    const { browser, email } = await aSignedIn()
    const site = provider === 'google' ? google : github
    site.somebody = aStranger({ email: 'other-address@example.com', email_verified: false })
    const link = await browser.post('/api/auth/link-social', { provider })
    const { location } = await comeBack(browser, link.body.url)
    expect(location).toBe(`/settings/security?linked=${provider}`)
    const accounts = (await browser.get('/api/auth/list-accounts')).body
    expect(accounts.map((each: { providerId: string }) => each.providerId)).toEqual(['credential', provider])
    const { status } = await browser.post('/api/auth/unlink-account', { providerId: provider })
    expect(status).toBe(200)
    expect((await browser.post('/api/auth/unlink-account', { providerId: provider })).status).toBe(404)
    await mailTo(email, 'sign-in-method-changed')
  })

  test('[OA4] an identity that is somebody’s is added to nobody else', async () => {
    const somebody = aStranger()
    await goThere(open(), provider, somebody)
    const { browser } = await aSignedIn()
    const link = await browser.post('/api/auth/link-social', { provider })
    const { location } = await comeBack(browser, link.body.url)
    expect(location).toBe(`/settings/security?error=linked-elsewhere&provider=${provider}`)
  })

  test('[OA4] the only way in stays, also when two are removed at once', async () => {
    const browser = open()
    const somebody = aStranger()
    await goThere(browser, provider, somebody)
    const unlink = (providerId: string) => browser.post('/api/auth/unlink-account', { providerId })
    expect((await unlink(provider)).status).toBe(409)
    const other = provider === 'google' ? 'github' : 'google'
    const site = other === 'google' ? google : github
    site.somebody = aStranger()
    const link = await browser.post('/api/auth/link-social', { provider: other })
    await comeBack(browser, link.body.url)
    const both = await Promise.all([unlink(provider), unlink(other)])
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409])
  })
})

describe.each(['google', 'github'] as const)('several at once, with %s', (provider) => {
  const begin = async (browser: Browser, somebody: Somebody, path = '/api/auth/sign-in/social') => {
    const site = provider === 'google' ? google : github
    site.somebody = somebody
    const { body } = await browser.post(path, { provider, callbackURL: '/keys' })
    return { browser, callback: await signInThere(body.url) }
  }
  const beginLink = (browser: Browser, somebody: Somebody) =>
    begin(browser.copy(), somebody, '/api/auth/link-social')
  const ways = async (browser: Browser): Promise<string[]> => {
    const { body } = await browser.get('/api/auth/list-accounts')
    return body.map((each: { providerId: string }) => each.providerId)
  }

  test('[OA1] of two that make one new person, one does, and the other is told to try again', async () => {
    const somebody = aStranger()
    const begun = [await begin(open(), somebody), await begin(open(), somebody)]
    const other = await portal().pool.connect()
    await other.query('begin; select pg_advisory_xact_lock(7301010)')
    const back = allBack(begun)
    await eventually(async () => {
      const { rows } = await portal().pool.query(
        `select 1 from pg_stat_activity where datname = current_database() and wait_event = 'advisory' and query like '%7301010%'`,
      )
      expect(rows).toHaveLength(2)
    })
    await other.query('commit')
    other.release()
    expect(await back).toEqual(['302 /keys', `302 /sign-in?error=conflict&provider=${provider}`])
    const again = open()
    await goThere(again, provider, somebody)
    expect(await whoIs(again)).toMatchObject({ email: somebody.email })
  })

  test('[OA2] each is in that comes with one identity to an account that has its address', async () => {
    const { email, id } = await aPerson()
    const somebody = aStranger({ email })
    const begun = []
    for (let i = 0; i < 5; i++) begun.push(await begin(open(), somebody))
    expect(await allBack(begun)).toEqual(Array(5).fill('302 /keys'))
    for (const { browser } of begun) expect(await whoIs(browser)).toMatchObject({ id })
  })

  test('[OA4] one account of a site is added, and removed without any other way in', async () => {
    const { browser } = await aSignedIn()
    const begun = []
    for (let i = 0; i < 5; i++) begun.push(await beginLink(browser, aStranger()))
    expect(await allBack(begun)).toEqual([
      ...Array(4).fill(`302 /keys?error=already-linked&provider=${provider}`),
      `302 /keys?linked=${provider}`,
    ])
    expect(await ways(browser)).toEqual(['credential', provider])
    const removed = Array.from({ length: 3 }, () =>
      browser.post('/api/auth/unlink-account', { providerId: provider }),
    )
    expect((await Promise.all(removed)).map(({ status }) => status).sort()).toEqual([200, 404, 404])
    expect(await ways(browser)).toEqual(['credential'])
  })

  test('[OA4] one identity is added to one person', async () => {
    const somebody = aStranger()
    const begun = []
    for (let i = 0; i < 4; i++) begun.push(await beginLink((await aSignedIn()).browser, somebody))
    expect(await allBack(begun)).toEqual([
      ...Array(3).fill(`302 /keys?error=linked-elsewhere&provider=${provider}`),
      `302 /keys?linked=${provider}`,
    ])
  })
})

test('[OA4] the database keeps no second account of a site for anybody', async () => {
  const { id } = await aPerson()
  const insert = (account: string) =>
    portal().pool.query(
      `insert into accounts (id, account_id, provider_id, user_id) values ($1, $1, 'google', $2)`,
      [account, id],
    )
  await insert(`first-${id}`)
  await expect(insert(`second-${id}`)).rejects.toMatchObject({ code: '23505' })
})

test('[OA1] whoever is in no organisation is sent to the page that says so', async () => {
  const somebody = aStranger()
  const first = open()
  await goThere(first, 'github', somebody)
  await portal().pool.query('delete from members where user_id = $1', [(await whoIs(first)).id])
  const { status, location } = await goThere(open(), 'github', somebody)
  expect([status, location]).toEqual([302, '/sign-in?error=permission-denied&provider=github'])
})

test('[OA1] the ways that are offered are told, and others are a 404', async () => {
  expect((await open().get('/api/auth/ways')).body).toEqual({
    password: true,
    providers: ['google', 'github'],
    signUp: true,
    mailbox: false,
  })
  expect((await open().get('/api/auth/callback/facebook')).status).toBe(404)
  const wrong = await open().post('/api/auth/sign-in/social', { provider: 'facebook' })
  expect(wrong.status).toBe(400)
})

test.each([
  ...['https://evil.example', '//evil.example', '/\\evil.example', 'keys', '/\t/evil.example', '/\ud800'],
  ...['/.//evil.example', '/x/..//evil.example', '/%2e//evil.example', '/%2E%2e//evil.example'],
])('[OA3] nobody is sent on to %j', async (callbackURL) => {
  const { browser } = await aSignedIn()
  for (const path of ['/api/auth/sign-in/social', '/api/auth/link-social']) {
    const { status, body } = await browser.post(path, { provider: 'github', callbackURL })
    expect([status, body.param]).toEqual([400, 'callbackURL'])
  }
})

test.each([
  ['/keys?q=a%20b#x', '/keys?q=a%20b#x'],
  ['/a/../keys', '/keys'],
  ['/\u6f22?q=\u6f22', '/%E6%BC%A2?q=%E6%BC%A2'],
  ['/%5cevil.example', '/%5cevil.example'],
])('[OA3] %j is a page of ours', async (callbackURL, location) => {
  const browser = open()
  github.somebody = aStranger()
  const begun = await browser.post('/api/auth/sign-in/social', { provider: 'github', callbackURL })
  expect(await comeBack(browser, begun.body.url)).toMatchObject({ status: 302, location })
})

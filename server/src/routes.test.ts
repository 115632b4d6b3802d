// What holds for every route there is: who may call it, from where, and with what. A route that is not in the contract,
// or that says of itself that anybody may call it, fails here until it is written down.
import { type Endpoint, endpoints } from '@portal/contract'
import { beforeAll, describe, expect, test } from 'vitest'
import { mountedRoutes } from './app.ts'
import { anAddress, usePortal } from './sign-in/test-people.ts'
import type { Browser } from './test/index.ts'

const { portal, open, aSignedIn } = usePortal()

const pathsOf = ({ path, aliases = [] }: Endpoint): string[] => [path, ...aliases]
const nameOf = ({ method, path }: Endpoint): string => `${method} ${path}`
const filledIn = (path: string): string => path.replaceAll(/:\w+(\{[^}]*\})?/g, 'nothing')
const named = endpoints.map((endpoint) => ({ name: nameOf(endpoint), endpoint }))
const writes = named.filter(({ endpoint: { method } }) => method !== 'GET')

type Sent = { body?: unknown; headers?: Record<string, string> }
/** Calls an endpoint from an address that nobody has used, so that no throttle answers in its place. */
const call = (browser: Browser, { method, path }: Endpoint, { body, headers = {} }: Sent = {}) =>
  browser.send(method, filledIn(path), { body, headers: { 'x-forwarded-for': anAddress(), ...headers } })

/** The code of an error in any of the three shapes. */
const codeOf = ({ body }: { body: { code?: string; error?: { code?: string; type?: string } } }) =>
  body?.code ?? body?.error?.code ?? body?.error?.type

/** Somebody whom every endpoint is open to: they run the portal, too. */
let owner: Browser
beforeAll(async () => {
  const person = await aSignedIn()
  await portal().pool.query(`update users set role = 'admin' where id = $1`, [person.id])
  owner = person.browser
  await owner.post('/api/auth/sign-in/email', { email: person.email, password: 'SecureP@ssw0rd!' })
})

test('[R1] what is mounted is what the contract lists, and nothing else', () => {
  const mounted = mountedRoutes(portal().services)
  const exact = mounted.filter((route) => !route.startsWith('ALL '))
  const listed = endpoints.flatMap((endpoint) =>
    pathsOf(endpoint).map((path) => `${endpoint.method} ${path}`),
  )
  // The mailbox answers every method itself, so that it can be a 404 like any other.
  expect([...exact, 'GET /dev/mailbox'].sort()).toEqual(listed.sort())
  const fallbacks = mounted.filter((route) => route.startsWith('ALL ')).map((route) => route.slice(4))
  const paths = new Set(endpoints.flatMap(pathsOf))
  expect(fallbacks.sort()).toEqual([...paths, '/dev/mailbox'].sort())
})

test('[R1] whoever is nobody may call these alone', () => {
  const open = endpoints.filter(({ scope }) => scope === 'public').map(nameOf)
  expect(open.sort()).toEqual([
    'GET /api',
    'GET /api/auth/callback/:provider',
    'GET /api/auth/get-session',
    'GET /api/auth/ways',
    'GET /api/openapi.json',
    'GET /api/shared/:token',
    'GET /api/status',
    'GET /dev/mailbox',
    'GET /healthz',
    'GET /metrics',
    'GET /readyz',
    'GET /status',
    'GET /status.rss',
    'POST /api/auth/claim-portal',
    'POST /api/auth/forgot-password',
    'POST /api/auth/passkey/generate-authenticate-options',
    'POST /api/auth/passkey/verify-authentication',
    'POST /api/auth/register',
    'POST /api/auth/resend-verification',
    'POST /api/auth/reset-password',
    'POST /api/auth/sign-in/email',
    'POST /api/auth/sign-in/social',
    'POST /api/auth/sign-out',
    'POST /api/auth/two-factor/verify-backup-code',
    'POST /api/auth/two-factor/verify-totp',
    'POST /api/auth/verify-email',
    'POST /api/invitations/preview',
    'POST /api/status/subscriptions',
    'POST /api/status/subscriptions/confirm',
    'POST /api/status/unsubscribe',
  ])
})

const guarded = named.filter(({ endpoint: { scope } }) => scope !== 'public')

test.each(guarded)('[R1] $name needs to know who asks, whatever else is sent', async ({ endpoint }) => {
  const nobody = await call(open(), endpoint)
  expect([nobody.status, codeOf(nobody)]).toEqual([401, expect.stringMatching(/credentials|authentication/)])
  const madeUp = open()
  madeUp.cookies.set('portal-session', 'made.up.cookie')
  expect((await call(madeUp, endpoint)).status).toBe(401)
  const headers = { 'x-user-id': 'usr_1', 'x-middleware-subrequest': '1', authorization: 'Bearer sk-live-x' }
  expect((await call(open(), endpoint, { headers })).status).toBe(401)
})

describe('every scope', () => {
  /** What each credential reaches, written down apart from the code that decides it. */
  const reached = {
    'a key with full access': ['any', 'models', 'read', 'write', 'self'],
    'a key for model calls': ['any', 'models'],
    'a key that reads': ['any', 'read'],
    'a viewer in person': ['any', 'read', 'self', 'person'],
  } as const
  type Who = keyof typeof reached
  const credentials = {} as Record<Who, { browser: Browser; headers: Record<string, string> }>
  beforeAll(async () => {
    const holder = await aSignedIn()
    await portal().pool.query(`update organisations set plan_id = 'enterprise'`)
    for (const [who, access] of [
      ['a key with full access', 'full'],
      ['a key for model calls', 'models'],
      ['a key that reads', 'read'],
    ] as const) {
      const { body } = await holder.browser.post('/api/keys', { name: who, access })
      const secret = body.key
      credentials[who] = { browser: open(), headers: { authorization: `Bearer ${secret}` } }
    }
    const viewer = await aSignedIn()
    await portal().pool.query(`update members set role = 'viewer' where user_id = $1`, [viewer.id])
    // Signing in again: nothing is cached of that session.
    await viewer.browser.post('/api/auth/sign-in/email', { email: viewer.email, password: 'SecureP@ssw0rd!' })
    credentials['a viewer in person'] = { browser: viewer.browser, headers: {} }
  })

  const cases = guarded.flatMap(({ name, endpoint }) =>
    (Object.keys(reached) as Who[]).map((who) => ({ name, endpoint, who })),
  )
  test.each(cases)('[R1] $name and $who', async ({ endpoint, who }) => {
    const { browser, headers } = credentials[who]
    const answer = await call(browser, endpoint, { headers })
    const isIn = reached[who].some((scope) => scope === endpoint.scope)
    if (isIn) expect([401, 403]).not.toContain(answer.status)
    else expect([answer.status, codeOf(answer)]).toEqual([403, expect.stringContaining('permission')])
  })
})

describe('other sites', () => {
  test.each(writes)('[R8] $name is refused to their pages', async ({ endpoint }) => {
    for (const headers of [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { 'sec-fetch-site': 'cross-site', origin: '' },
    ] as Record<string, string>[]) {
      const { status } = await call(owner, endpoint, { headers })
      expect([JSON.stringify(headers), status]).toEqual([JSON.stringify(headers), 403])
    }
    expect((await owner.get('/api/user/profile')).status).toBe(200)
  })

  const withBody = writes.filter(({ endpoint: { body } }) => body)
  test.each(withBody)('[R8] $name takes JSON alone, however a form is sent', async ({ endpoint }) => {
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
    ]) {
      const { status } = await call(owner, endpoint, { body: '{}', headers: { 'content-type': type } })
      expect([type, status]).toEqual([type, 415])
    }
  })
})

describe('what is not in a schema', () => {
  // Completions are another API's, whose unknown fields go on to who knows them.
  const own = writes.filter(({ endpoint: { body, errorBody } }) => body && !errorBody)
  test.each(own)('[R7] $name names an unknown field', async ({ endpoint }) => {
    const { status, body } = await call(owner, endpoint, { body: { nonsense: 1 } })
    expect(status).toBe(400)
    expect(JSON.stringify(body)).toContain('nonsense')
  })

  test.each(own)('[R7] $name takes no operators for values', async ({ endpoint }) => {
    for (const odd of [{ not: '' }, [['x']], null, -0.5]) {
      const fields = Object.keys((endpoint.body as { shape?: object }).shape ?? {})
      const body = Object.fromEntries(fields.map((name) => [name, odd]))
      // Some fields may be null.
      if (endpoint.body?.safeParse(body).success) continue
      const { status } = await call(owner, endpoint, { body })
      expect([JSON.stringify(odd), status]).toEqual([JSON.stringify(odd), 400])
    }
  })

  const queried = named.filter(({ endpoint: { query, scope } }) => query && scope !== 'public')
  test.each(queried)('[R7] $name names an unknown parameter', async ({ endpoint }) => {
    const { status, body } = await owner.send(endpoint.method, `${filledIn(endpoint.path)}?nonsense=1`)
    expect([status, JSON.stringify(body)]).toEqual([400, expect.stringContaining('nonsense')])
  })
})

// What holds for every response of every kind, whatever the route.
import { connect } from 'node:net'
import { endpoints } from '@portal/contract'
import { beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { BadNetwork } from './ledger/fixtures.ts'
import {
  chatRequest,
  chatStream,
  eventsOf,
  eventually,
  openBrowser,
  startPortal,
  useOnePortal,
} from './test/index.ts'

const { portal, cluster } = useOnePortal()
let secret: string
beforeAll(async () => {
  secret = (await portal().aKey()).secret
})
beforeEach(() => portal().upstream.reset())

const completions = '/api/chat/completions'
const password = 'SecureP@ssw0rd!'
const bearer = () => ({ authorization: `Bearer ${secret}` })
const at = (path: string, init: RequestInit = {}) => fetch(portal().url + path, init)
const json = (body: unknown): RequestInit => ({
  method: 'POST',
  headers: { ...bearer(), 'content-type': 'application/json' },
  body: JSON.stringify(body),
})

describe('security headers', () => {
  const responses: [string, number, () => Promise<Response>][] = [
    ['a completion', 200, () => at(completions, json(chatRequest()))],
    ['a stream', 200, () => at(completions, json(chatStream()))],
    ['a list', 200, () => at('/api/models', { headers: bearer() })],
    ['the health check', 200, () => at('/healthz')],
    ['the API’s description', 200, () => at('/api/openapi.json')],
    ['the metrics', 200, () => at('/metrics')],
    ['a created key', 201, () => at('/api/keys', json({ name: 'Another' }))],
    ['a file to keep', 200, () => signedIn('/api/user/export')],
    ['a redirect', 302, () => at('/api/auth/callback/google', { redirect: 'manual' })],
    ['what a person sees', 200, () => signedIn('/api/user/profile')],
    ['a preflight', 204, () => at(completions, { method: 'OPTIONS' })],
    ['a 400', 400, () => at(completions, json({}))],
    ['a 400 of the API', 400, () => at('/api/keys', json({ nonsense: 1 }))],
    ['a 401', 401, () => at(completions, { method: 'POST' })],
    ['a 401 of the API', 401, () => at('/api/keys')],
    ['a 404', 404, () => at('/nowhere')],
    ['a 404 of the gateway', 404, () => at(completions, json(chatRequest({ model: 'x' })))],
    ['a 405', 405, () => at('/api/keys', { method: 'PUT', headers: bearer() })],
    ['a 405 of the gateway', 405, () => at(completions)],
    ['a 413', 413, () => at('/api/keys', json({ name: 'x'.repeat(2_000_000) }))],
    [
      'a 415',
      415,
      () => at(completions, { ...json({}), headers: { ...bearer(), 'content-type': 'text/plain' } }),
    ],
    ['a 429', 429, refused],
    ['a 500', 500, failed],
    ['HEAD', 200, () => at('/healthz', { method: 'HEAD' })],
  ]

  async function signedIn(path: string) {
    const email = `${crypto.randomUUID()}@example.com`
    await portal().services.accounts.createUser({ email, password, verified: true })
    const browser = openBrowser(portal())
    await browser.post('/api/auth/sign-in/email', { email, password })
    const cookie = [...browser.cookies].map((pair) => pair.join('=')).join('; ')
    return at(path, { headers: { cookie } })
  }

  async function refused() {
    const { secret: key } = await portal().aKey({ rpmLimit: 1 })
    await portal().post({ key, body: chatRequest() })
    return portal().post({ key, body: chatRequest() })
  }

  async function failed() {
    portal().upstream.setDefault({ kind: 'status', status: 500 })
    return at(completions, json(chatRequest()))
  }

  test.each(responses)('[GW-P3] %s (%i) carries every one, and a request id', async (_, status, ask) => {
    const response = await ask()
    await response.text()
    expect(response.status).toBe(status)
    const headers = Object.fromEntries(response.headers)
    expect(headers).toMatchObject({
      'strict-transport-security': expect.stringContaining('max-age='),
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'x-xss-protection': '1; mode=block',
      'referrer-policy': 'strict-origin-when-cross-origin',
      'permissions-policy': 'camera=(self), microphone=(self)',
      'content-security-policy': expect.stringContaining("frame-ancestors 'none'"),
      'cache-control': expect.stringMatching(/no-store|no-cache/),
      'x-request-id': expect.stringMatching(/^req_/),
    })
    expect(headers).not.toHaveProperty('x-powered-by')
  })
})

describe('routes', () => {
  const pathOf = (path: string) => path.replaceAll(/:\w+(\{[^}]*\})?/g, 'nothing')
  const all = endpoints.flatMap((endpoint) =>
    [endpoint.path, ...(endpoint.aliases ?? [])].map((path) => ({ ...endpoint, path: pathOf(path) })),
  )

  /** What an endpoint answers to nobody who sends nothing: what it is there for, or what is missing. */
  const answerOf = ({ scope, body, params, query }: (typeof all)[number]): number => {
    if (scope !== 'public') return 401
    if (body || query?.safeParse({}).success === false) return 400
    return params ? 404 : 200
  }

  test.each(all)('$method $path is mounted, and needs a key unless public ($scope)', async (endpoint) => {
    const response = await at(endpoint.path, { method: endpoint.method })
    await response.text()
    expect(response.status).toBe(answerOf(endpoint))
  })

  /** To these methods it is an id like any other. */
  const takenAsId: Record<string, string[]> = {
    '/api/files/upload': ['GET', 'DELETE'],
    '/api/alerts/history': ['PATCH', 'DELETE'],
  }

  test.each([...new Set(all.map(({ path }) => path))])(
    '%s answers other methods with a 405 that says which there are',
    async (path) => {
      const offered = all.filter((one) => one.path === path).map(({ method }) => method as string)
      for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].filter(
        (one) => ![...offered, ...(takenAsId[path] ?? [])].includes(one),
      )) {
        const response = await at(path, { method, headers: bearer() })
        expect(response.status).toBe(405)
        for (const one of offered) expect(response.headers.get('allow')).toContain(one)
      }
    },
  )

  test.each([
    '/',
    '/api/',
    '/admin',
    '/api/admin',
    '/api/v2/chat/completions',
    '/api/chat/completions/',
    '/api/chat//completions',
    '/API/KEYS',
    '/api/auth/../keys',
    '/api/%6Beys/x/y',
    '/.env',
    '/server/src/main.ts',
    '/debug',
  ])('%s opens nothing without a key', async (path) => {
    for (const method of ['GET', 'POST', 'DELETE']) {
      const response = await at(path, { method })
      expect([401, 404, 405]).toContain(response.status)
    }
  })

  test.each([
    'x-original-url',
    'x-rewrite-url',
    'x-http-method-override',
    'x-middleware-subrequest',
    'x-user-id',
  ])('the header %s lets nobody in', async (header) => {
    for (const value of ['/healthz', 'GET', '1', 'admin']) {
      expect((await at('/api/keys', { headers: { [header]: value } })).status).toBe(401)
    }
  })

  test.each(['healthz?', 'x/api/openapi.json?', 'a b', ''])(
    'the host %j does not decide the route',
    async (host) => {
      const answer = await raw(`GET /api/keys HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`)
      expect(answer).toMatch(/^HTTP\/1\.1 (400|401)/)
    },
  )

  test('a request in absolute form is authenticated like any other', async () => {
    const answer = await raw(
      'GET http://localhost/api/keys HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n',
    )
    expect(answer).toMatch(/^HTTP\/1\.1 40[014]/)
  })
})

function raw(request: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(portal().url).port), '127.0.0.1', () => socket.write(request))
    let text = ''
    socket.on('data', (data) => {
      text += data
    })
    socket.on('end', () => resolve(text)).on('error', reject)
  })
}

describe('bodies', () => {
  const chunked = (bytes: number, path: string) => {
    const part = Buffer.alloc(64 * 1024, 'a')
    let sent = 0
    const body = new ReadableStream({
      pull(controller) {
        if (sent >= bytes) return controller.close()
        sent += part.length
        controller.enqueue(part)
      },
    })
    return at(path, { ...json(null), body, duplex: 'half' } as RequestInit)
  }

  test('[GW-R3] beyond 64 MiB by content-length is a 413 before anything is read', async () => {
    const answer = await raw(
      `POST ${completions} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${secret}\r\nContent-Type: application/json\r\nContent-Length: ${64 * 1024 * 1024 + 1}\r\n\r\n`,
    )
    expect(answer).toMatch(/^HTTP\/1\.1 413/)
    expect(answer).toContain('body_too_large')
  })

  test('[GW-R3] beyond 64 MiB in chunks is a 413', async () => {
    const outcome = await chunked(65 * 1024 * 1024, completions).then(
      ({ status }) => status,
      () => 'cut',
    )
    expect([413, 'cut']).toContain(outcome)
    expect((await at(completions, json(chatRequest()))).status).toBe(200)
  })

  test('beyond 1 MiB elsewhere is a 413, also in chunks', async () => {
    const outcome = await chunked(2 * 1024 * 1024, '/api/keys').then(
      ({ status }) => status,
      () => 'cut',
    )
    expect([413, 'cut']).toContain(outcome)
  })

  test('[GW-R3] without a key a large body is refused for the key, unread', async () => {
    const answer = await raw(
      `POST ${completions} HTTP/1.1\r\nHost: x\r\nContent-Length: 60000000\r\nConnection: close\r\n\r\n`,
    )
    expect(answer).toMatch(/^HTTP\/1\.1 401/)
  })

  test.each(['', 'null', '[]', '"x"', '{', '{"__proto__":{"admin":true}}', '5'])(
    'every route survives the body %j',
    async (body) => {
      for (const { method, path } of endpoints) {
        if (method === 'GET') continue
        const target = path.replaceAll(/:\w+(\{[^}]*\})?/g, 'key_0')
        const headers = { ...bearer(), 'content-type': 'application/json' }
        const response = await at(target, { method, headers, ...(body && { body }) })
        expect(response.status).toBeLessThan(500)
      }
      expect((await at('/healthz')).status).toBe(200)
    },
  )
})

describe('pages of other origins', () => {
  test('are not let in unless configured', async () => {
    const origin = 'https://evil.example'
    const preflight = await at(completions, {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'POST' },
    })
    const answer = await at('/api/models', { headers: { ...bearer(), origin } })
    for (const { headers } of [preflight, answer]) {
      expect([...headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([])
    }
  })

  test('are let in by name, without cookies', async () => {
    const origin = 'https://app.example'
    const open = await startPortal({ cluster: cluster(), env: { CORS_ORIGINS: origin } })
    const preflight = await fetch(open.url + completions, { method: 'OPTIONS', headers: { origin } })
    expect(preflight.status).toBe(204)
    expect(preflight.headers.get('access-control-allow-origin')).toBe(origin)
    expect(preflight.headers.has('access-control-allow-credentials')).toBe(false)
    expect(preflight.headers.get('vary')).toContain('origin')
    for (const other of ['https://app.example.evil', 'http://app.example', 'null']) {
      const { headers } = await fetch(open.url + completions, {
        method: 'OPTIONS',
        headers: { origin: other },
      })
      expect(headers.has('access-control-allow-origin')).toBe(false)
    }
    await open.close()
  })
})

describe('metrics', () => {
  test('tell of requests and places', async () => {
    await at(completions, json(chatRequest()))
    const text = await (await at('/metrics')).text()
    expect(text).toMatch(/portal_http_requests_total\{route="gateway",status="200"\} [1-9]/)
    expect(text).toMatch(/portal_open_leases 0/)
    expect(text).toMatch(/portal_ledger_available 1/)
  })

  test('count completions, the API, and pages with their files apart', async () => {
    const counted = async () => {
      const text = await (await at('/metrics')).text()
      const count = (route: string) =>
        [...text.matchAll(new RegExp(`http_requests_total\\{route="${route}",.* (\\d+)`, 'g'))]
          .map(([, times]) => Number(times))
          .reduce((sum, times) => sum + times, 0)
      return { gateway: count('gateway'), api: count('api'), page: count('page') }
    }
    await counted()
    const before = await counted()
    const accept = { headers: { accept: 'text/html' } }
    for (const path of ['/', '/sign-in', '/assets/nothing.js', '/nowhere'])
      await (await at(path, accept)).text()
    for (const path of ['/api/models', '/api/nowhere', '/healthz']) await (await at(path)).text()
    await (await at(completions, json(chatRequest()))).text()
    await eventually(async () => {
      const { gateway, page } = await counted()
      expect([gateway - before.gateway, page - before.page]).toEqual([1, 4])
    })
    expect((await counted()).api - before.api).toBeGreaterThanOrEqual(3)
  })

  test('are nobody else’s: another network, or a proxy that is not trusted, finds nothing', async () => {
    expect((await at('/metrics', { headers: { 'x-forwarded-for': '127.0.0.1' } })).status).toBe(404)
    const closed = await startPortal({ cluster: cluster(), env: { METRICS_NETWORKS: '203.0.113.0/24' } })
    expect((await fetch(`${closed.url}/metrics`)).status).toBe(404)
    await closed.close()
  })
})

describe('keys stay secret', () => {
  test('[GW-P5] neither a key nor its hash is in any answer or in the ledger', async () => {
    const answers = [
      at(completions, json(chatRequest())),
      at(completions, json(chatStream())),
      at(completions, json({})),
      at('/api/keys', { headers: bearer() }),
      at('/api/keys', { headers: { ...bearer(), 'x-api-key': 'sk-live-other' } }),
      at('/metrics'),
      at(completions, { ...json(chatRequest()), headers: { ...bearer(), 'content-type': 'text/plain' } }),
      portal().post({ key: `${secret.slice(0, -1)}!`, body: chatRequest() }),
    ]
    const { rows } = await portal().pool.query(
      `select encode(hash, 'hex') as hex, encode(hash, 'base64') as base64 from api_key_secrets`,
    )
    const secrets = [secret.slice(16, -8), ...rows.flatMap(({ hex, base64 }) => [hex, base64])]
    for (const answer of answers) {
      const response = await answer
      const text = JSON.stringify([...response.headers]) + (await response.text())
      for (const one of secrets) expect(text).not.toContain(one)
    }
    const ledger = JSON.stringify(await portal().ledgerRows(), (_, value) =>
      typeof value === 'bigint' ? String(value) : value,
    )
    for (const one of secrets) expect(ledger).not.toContain(one)
  })
})

describe('without the database', () => {
  test('[GW-P1] [GW-R2] [E-05] everything is a 503, never a 401 for a key that may be good, and comes back by itself', async () => {
    const database = await cluster().createDatabase()
    const network = new BadNetwork(database.clientConfig)
    const { host, port } = await network.up()
    const url = new URL(database.url)
    url.search = ''
    url.host = `${host}:${port}`
    const far = await startPortal({
      cluster: cluster(),
      database: { clientConfig: database.clientConfig, url: url.href },
    })
    const { secret: key } = await far.aKey()
    const { secret: unseen } = await far.aKey()
    expect((await far.post({ key, body: chatRequest() })).status).toBe(200)
    const email = 'ada@example.com'
    await far.services.accounts.createUser({ email, password, verified: true })
    const person = openBrowser(far)
    await person.post('/api/auth/sign-in/email', { email, password })
    await network.down()
    for (const one of [key, unseen]) {
      const response = await eventually(async () => {
        const answer = await far.post({ key: one, body: chatRequest() })
        expect(answer.status).toBe(503)
        return answer
      })
      expect(await response.json()).toMatchObject({ error: { type: 'api_error', code: 'unavailable' } })
      expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0)
      expect((await fetch(`${far.url}/api/keys`, { headers: { 'x-api-key': one } })).status).toBe(503)
    }
    const unknown = openBrowser(far)
    for (const [browser, path] of [
      [person, '/api/user/profile'],
      [person, '/api/auth/get-session'],
    ] as const) {
      const { status, body } = await browser.get(path)
      expect([status, body.code]).toEqual([503, 'unavailable'])
    }
    const signIn = await unknown.post('/api/auth/sign-in/email', { email, password })
    expect([signIn.status, signIn.headers.getSetCookie()]).toEqual([503, []])
    // A checksum that is wrong is judged without asking anybody.
    const mistyped = key.slice(0, -1) + (key.endsWith('A') ? 'B' : 'A')
    expect((await fetch(`${far.url}/api/keys`, { headers: { 'x-api-key': mistyped } })).status).toBe(401)
    expect((await fetch(`${far.url}/readyz`)).status).toBe(503)
    expect((await fetch(`${far.url}/healthz`)).status).toBe(200)
    await network.up()
    await eventually(async () => {
      expect((await far.post({ key, body: chatRequest() })).status).toBe(200)
      expect((await fetch(`${far.url}/readyz`)).status).toBe(200)
    }, 20_000)
    await far.close()
    await network.down()
  }, 60_000)
})

describe('a fault of our own', () => {
  test('[R19] is a 500 that tells nothing of it but the request’s id, and one error in the log', async () => {
    const broken = await startPortal({ cluster: cluster() })
    const { secret: key } = await broken.aKey()
    const errors = vi.spyOn(broken.services.log, 'error')
    await broken.pool.query('alter table api_keys rename column description to gone')
    const response = await fetch(`${broken.url}/api/keys`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: '{"name":"x"}',
    })
    expect(response.status).toBe(500)
    const requestId = response.headers.get('x-request-id')
    expect(await response.json()).toEqual({
      ...{ error: 'Something went wrong on our side.', code: 'internal', requestId },
    })
    expect(errors).toHaveBeenCalledOnce()
    expect(errors.mock.calls[0]?.[0]).toMatchObject({
      requestId,
      err: { message: expect.stringContaining('description') },
    })
    await broken.close()
  })
})

describe('shutting down', () => {
  test('[GW-P2] readiness fails and new requests get 503, while a stream under way reaches its end', async () => {
    const leaving = await startPortal({ cluster: cluster() })
    const { secret: key } = await leaving.aKey()
    leaving.upstream.setDefault({ kind: 'answer', text: 'one two three four five six', delayMs: 40 })
    const response = await leaving.post({ key, body: chatStream() })
    const closing = leaving.services.close({ graceMs: 10_000 })
    expect((await fetch(`${leaving.url}/readyz`)).status).toBe(503)
    const refused = await leaving.post({ key, body: chatRequest() })
    expect(refused.status).toBe(503)
    expect(await refused.json()).toMatchObject({ error: { code: 'draining' } })
    const events = eventsOf(await response.text())
    expect(events.at(-1)?.data).toBe('[DONE]')
    await closing
    expect((await leaving.ledgerRows()).map(({ status }) => status)).toEqual(['ok'])
    leaving.server.closeAllConnections()
    leaving.server.close()
    await Promise.all([leaving.pool.end(), leaving.upstream.close()])
  })

  test('[GW-P2] what is still open after the grace ends with an error, and its row is written', async () => {
    const leaving = await startPortal({ cluster: cluster() })
    const { secret: key } = await leaving.aKey()
    leaving.upstream.setDefault({ kind: 'hang', after: 3, text: 'one two three' })
    const response = await leaving.post({ key, body: chatStream() })
    await leaving.services.close({ graceMs: 50 })
    const events = eventsOf(await response.text())
    expect(events.at(-1)?.json).toMatchObject({ error: { code: 'draining' } })
    expect(await leaving.ledgerRows()).toMatchObject([{ status: 'portal_error', output_tokens: 2n }])
    leaving.server.closeAllConnections()
    leaving.server.close()
    await Promise.all([leaving.pool.end(), leaving.upstream.close()])
  })
})

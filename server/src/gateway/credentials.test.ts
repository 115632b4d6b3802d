// Who is let in, through which door, from where.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { chatRequest, type Portal, startPortal, useOnePortal } from '../test/index.ts'

const { portal, cluster } = useOnePortal()
let secret: string
beforeAll(async () => {
  secret = (await portal().aKey()).secret
})
beforeEach(() => portal().upstream.reset())

const errorOf = async (response: Response) =>
  ((await response.json()) as { error: Record<string, unknown> }).error
const withHeaders = (headers: Record<string, string>) => portal().post({ body: chatRequest(), headers })

test.each([
  ["sk-live-'OR'1'='1"],
  ["sk-live-x'; drop table api_keys; --"],
  ["' or 1=1 --"],
  ['" or ""="'],
  ["sk-live-' union select hash from key_secrets --"],
  ["');select pg_sleep(5);--"],
  ['sk-live-%27%20OR%201%3D1'],
  ['sk-live-%'],
  ['sk-live-____________________________________'],
  ['$1'],
  ['{"$ne":null}'],
  ['\\'],
  ['sk-live-0000000000000000000000000000000000000000'],
])('[GW-R2] the bearer %j is a 401 at once, without a word of SQL', async (bearer) => {
  const startedAt = performance.now()
  const response = await withHeaders({ authorization: `Bearer ${bearer}` })
  expect(response.status).toBe(401)
  expect(performance.now() - startedAt).toBeLessThan(1000)
  const text = await response.text()
  expect(text).not.toMatch(/select|syntax|postgres|relation|pg_/i)
  expect(text).not.toContain(bearer.slice(0, 14))
})

describe('two doors', () => {
  test.each([
    ['authorization', (key: string) => ({ authorization: `Bearer ${key}` })],
    ['authorization in small letters', (key: string) => ({ authorization: `bearer ${key}` })],
    ['x-api-key', (key: string) => ({ 'x-api-key': key })],
    ['both alike', (key: string) => ({ authorization: `Bearer ${key}`, 'x-api-key': key })],
  ] as [string, (key: string) => Record<string, string>][])(
    '[GW-R2] a key in %s is taken',
    async (_, headers) => {
      expect((await withHeaders(headers(secret))).status).toBe(200)
    },
  )

  test('[GW-R2] two different keys are a 401, whichever would do', async () => {
    const other = (await portal().aKey()).secret
    for (const [one, two] of [
      [secret, other],
      [secret, 'sk-live-nonsense'],
      ['sk-live-nonsense', secret],
    ]) {
      const response = await withHeaders({ authorization: `Bearer ${one}`, 'x-api-key': String(two) })
      expect(response.status).toBe(401)
    }
  })

  test.each([
    {},
    { authorization: '' },
    { authorization: 'Bearer' },
    { authorization: 'Bearer ' },
    { authorization: 'Basic c2stbGl2ZTp4' },
    { 'x-api-key': '' },
  ] as Record<string, string>[])('[GW-R2] with %j there is no key: 401', async (headers) => {
    const response = await withHeaders(headers)
    expect(response.status).toBe(401)
    expect((await errorOf(response)).type).toBe('authentication_error')
  })

  test('[GW-R2] without a key the answer says how one is sent', async () => {
    const response = await withHeaders({})
    expect(response.headers.get('www-authenticate')).toBe('Bearer')
    expect((await errorOf(response)).code).toBe('missing_credentials')
  })

  test('[GW-R2] a restricted key is restricted through either door', async () => {
    const read = (await portal().aKey({ access: 'read' })).secret
    expect((await withHeaders({ 'x-api-key': read })).status).toBe(403)
    expect((await withHeaders({ authorization: `Bearer ${read}` })).status).toBe(403)
    const models = (await portal().aKey({ access: 'models' })).secret
    expect((await withHeaders({ 'x-api-key': models })).status).toBe(200)
    expect((await fetch(`${portal().url}/api/keys`, { headers: { 'x-api-key': models } })).status).toBe(403)
  })
})

describe('keys that are no longer any', () => {
  test('[GW-R2] an expired key is a 401 that says so', async () => {
    const { secret: key } = await portal().aKey({ expired: true })
    const response = await portal().post({ key, body: chatRequest() })
    expect(response.status).toBe(401)
    expect((await errorOf(response)).code).toBe('key_expired')
  })

  test('[GW-R2] a revoked key is a 401 from the next request on', async () => {
    const { secret: key, id, owner } = await portal().aKey()
    expect((await portal().post({ key, body: chatRequest() })).status).toBe(200)
    await portal().services.keys.revokeKey(owner, id, { leaked: false })
    await expect.poll(async () => (await portal().post({ key, body: chatRequest() })).status).toBe(401)
    expect((await errorOf(await portal().post({ key, body: chatRequest() }))).code).toBe('key_revoked')
  })

  test('[GW-R2] a deleted key is unknown', async () => {
    const { secret: key, id, owner } = await portal().aKey()
    await portal().services.keys.removeKey(owner, id)
    const response = await portal().post({ key, body: chatRequest() })
    expect((await errorOf(response)).code).toBe('invalid_api_key')
  })
})

describe('addresses', () => {
  const spoofed = [
    'x-forwarded-for',
    'x-real-ip',
    'x-client-ip',
    'x-cluster-client-ip',
    'cf-connecting-ip',
    'true-client-ip',
    'fastly-client-ip',
    'x-original-forwarded-for',
    'x-remote-ip',
    'x-remote-addr',
    'x-originating-ip',
    'forwarded',
    'via',
    'client-ip',
    'x-host',
    'x-forwarded',
    'forwarded-for',
    'x-azure-clientip',
    'x-envoy-external-address',
  ]

  test.each(['127.0.0.1', '127.0.0.0/8', '::ffff:127.0.0.1'])(
    '[GW-R2] the peer is let in by %s',
    async (range) => {
      const { secret: key } = await portal().aKey({ ipWhitelist: [range] })
      expect((await portal().post({ key, body: chatRequest() })).status).toBe(200)
    },
  )

  test.each(spoofed)('[GW-R2] %s says nothing about where a request comes from', async (header) => {
    const { secret: key } = await portal().aKey({ ipWhitelist: ['203.0.113.7', '10.0.0.0/8'] })
    for (const value of ['203.0.113.7', '10.1.2.3', '127.0.0.1, 203.0.113.7', 'for=203.0.113.7']) {
      const response = await portal().post({ key, body: chatRequest(), headers: { [header]: value } })
      expect(response.status).toBe(403)
      expect((await errorOf(response)).code).toBe('ip_not_allowed')
    }
  })
})

describe('behind proxies', () => {
  let behind: Portal
  beforeAll(async () => {
    behind = await startPortal({ cluster: cluster(), env: { TRUST_PROXY: '127.0.0.1, 10.0.0.0/8' } })
  })
  afterAll(() => behind?.close())

  test.each([
    ['203.0.113.7', 200],
    ['6.6.6.6, 203.0.113.7', 200],
    ['203.0.113.7, 10.9.9.9', 200],
    ['203.0.113.7, 6.6.6.6', 403],
    ['203.0.113.7, 6.6.6.6, 10.9.9.9', 403],
    ['::ffff:203.0.113.7', 200],
    ['203.0.113.8', 403],
    ['203.0.113.7, nonsense', 403],
    ['', 403],
  ])('[GW-R2] the rightmost hop that is no proxy of ours counts: %j is %i', async (forwarded, status) => {
    const { secret: key } = await behind.aKey({ ipWhitelist: ['203.0.113.7'] })
    const headers = { 'x-forwarded-for': forwarded }
    expect((await behind.post({ key, body: chatRequest(), headers })).status).toBe(status)
  })
})

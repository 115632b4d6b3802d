import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { ApiKey, ApiKeyWithSecret, keyEndpoints, newId } from '@portal/contract'
import { Hono } from 'hono'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestCluster, type TestCluster } from '../db/test-database.ts'
import {
  appErrorFrom,
  createAuthenticate,
  createMount,
  createOriginCheck,
  type HttpEnv,
  type Principal,
  portalErrorBody,
} from '../http/index.ts'
import { mountKeys } from './routes.ts'
import { keySettings, startTestKeys, type TestKeys } from './test-keys.ts'

let cluster: TestCluster
let portal: TestKeys
let server: Server
let person: Principal
let secret: string
let strangersKeyId: string

beforeAll(async () => {
  cluster = await startTestCluster()
  portal = await startTestKeys(await cluster.createDatabase())
  server = createServer(listenerOf(portal)).listen(0, '127.0.0.1')
  person = await portal.aPerson('enterprise')
  secret = (await portal.keys.createKey(person, keySettings({ name: 'Actor' }))).key
  const stranger = await portal.aPerson('pro')
  strangersKeyId = (await portal.keys.createKey(stranger, keySettings())).id
}, 60_000)
afterAll(async () => {
  server.close()
  await portal.close()
  await cluster.stop()
})

function listenerOf({ principals, keys }: TestKeys): (req: IncomingMessage, res: ServerResponse) => void {
  const app = new Hono<HttpEnv>()
  const clientAddress = (req: IncomingMessage) => req.socket.remoteAddress ?? ''
  const requireOwnOrigin = createOriginCheck(null)
  const authenticate = createAuthenticate({
    ...{ findBySecret: principals.findBySecret, requireOwnOrigin, clientAddress },
    findPerson: async () => null,
  })
  const gate = { authenticate, requireOwnOrigin, clientAddress, requireFeature: async () => {} }
  mountKeys(createMount(app, gate), keys)
  app.onError((cause) => {
    const error = appErrorFrom(cause)
    return Response.json(portalErrorBody(error, 'req_test'), { status: error.status })
  })
  const listener = getRequestListener(app.fetch, { overrideGlobalObjects: false })
  return (req, res) => void listener(req, res)
}

type Sent = { body?: unknown; as?: string; type?: string }
type Answer = { status: number; body: Record<string, unknown> }

async function send(
  method: string,
  path: string,
  { body, as = secret, type = 'application/json' }: Sent = {},
): Promise<Answer> {
  const { port } = server.address() as AddressInfo
  const response = await fetch(`http://127.0.0.1:${port}${path}`, {
    method,
    headers: { authorization: `Bearer ${as}`, ...(body !== undefined && { 'content-type': type }) },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}

const aKey = async (body: object = {}): Promise<ApiKeyWithSecret> =>
  ApiKeyWithSecret.parse((await send('POST', '/api/keys', { body: { name: 'Made', ...body } })).body)

it('takes the specification’s own example and shows the key once', async () => {
  const created = await send('POST', '/api/keys', {
    body: {
      name: 'Production Key',
      description: 'Main production API key',
      permissions: ['chat', 'images', 'vision'],
      ipWhitelist: ['203.0.113.0/24'],
      dailyLimit: 10000,
      monthlyLimit: 250000,
      rpmLimit: 60,
      expiresInDays: 90,
    },
  })
  expect(created).toMatchObject({
    status: 201,
    body: {
      name: 'Production Key',
      key: expect.stringMatching(/^sk-live-/),
      status: 'ACTIVE',
      tier: 'ENTERPRISE',
    },
  })
  const { id, key } = ApiKeyWithSecret.parse(created.body)
  const got = await send('GET', `/api/keys/${id}`)
  expect(got.status).toBe(200)
  expect(JSON.stringify(got.body)).not.toContain(key)
  const listed = await send('GET', '/api/keys')
  expect(JSON.stringify(listed.body)).toContain(id)
  expect(JSON.stringify(listed.body)).not.toContain(key)
})

it('every endpoint answers what the contract says', async () => {
  const { id, key } = await aKey({ rpmLimit: 5 })
  const changed = await send('PATCH', `/api/keys/${id}`, { body: { rpmLimit: null } })
  expect(changed).toMatchObject({ status: 200, body: { rpmLimit: null } })
  const revoked = await send('POST', `/api/keys/${id}/revoke`, { body: { reason: 'test' } })
  expect(revoked).toMatchObject({ status: 200, body: { status: 'REVOKED', revokeReason: 'test' } })
  expect(await send('GET', '/api/keys', { as: key })).toMatchObject({
    status: 401,
    body: { code: 'key_revoked' },
  })
  const reactivated = await send('POST', `/api/keys/${id}/reactivate`)
  expect(reactivated).toMatchObject({ status: 200, body: { status: 'ACTIVE' } })
  for (const { body } of [changed, revoked, reactivated]) expect(ApiKey.strict().parse(body)).toBeTruthy()

  const regenerated = await send('POST', `/api/keys/${id}/regenerate`, { body: { graceSeconds: 60 } })
  expect(regenerated.status).toBe(200)
  expect(ApiKeyWithSecret.strict().parse(regenerated.body).oldKeyValidUntil).not.toBeNull()
  const usage = await send('GET', `/api/keys/${id}/usage?days=7`)
  expect(keyEndpoints.usage.output.strict().parse(usage.body).dailyUsage).toEqual([])
  const requests = await send('GET', `/api/keys/${id}/requests?limit=3`)
  expect(requests).toEqual({ status: 200, body: { data: [] } })
  const page = await send('GET', '/api/keys?limit=1')
  expect(keyEndpoints.list.output.strict().parse(page.body).data).toHaveLength(1)
  expect(await send('DELETE', `/api/keys/${id}`)).toEqual({ status: 200, body: { success: true } })
  expect(await send('GET', `/api/keys/${id}`)).toMatchObject({ status: 404 })
})

it('regenerate and revoke need no body', async () => {
  const { id } = await aKey()
  expect(await send('POST', `/api/keys/${id}/regenerate`)).toMatchObject({
    status: 200,
    body: { oldKeyValidUntil: null },
  })
  expect(await send('POST', `/api/keys/${id}/revoke`)).toMatchObject({
    status: 200,
    body: { status: 'REVOKED', leaked: false },
  })
})

describe('a body that is not right', () => {
  it.each<[object, string]>([
    [{ userId: 'usr_other' }, 'userId'],
    [{ organisationId: 'org_other' }, 'organisationId'],
    [{ tier: 'ENTERPRISE' }, 'tier'],
    [{ name: '' }, 'name'],
    [{ name: 'a\0b' }, 'name'],
    [{ name: '\ud800' }, 'name'],
    [{ name: { not: '' } }, 'name'],
    [{ description: 'x'.repeat(501) }, 'description'],
    [{ permissions: ['chat', 'admin'] }, 'permissions[1]'],
    [{ permissions: [] }, 'permissions'],
    [{ access: '*' }, 'access'],
    [{ ipWhitelist: ['10.0.0.0/33'] }, 'ipWhitelist[0]'],
    [{ ipWhitelist: ['fe80::1%eth0'] }, 'ipWhitelist[0]'],
    [{ ipWhitelist: 'anywhere' }, 'ipWhitelist'],
    [{ dailyLimit: 0 }, 'dailyLimit'],
    [{ monthlyLimit: 1.5 }, 'monthlyLimit'],
    [{ rpmLimit: '60' }, 'rpmLimit'],
    [{ expiresInDays: -1 }, 'expiresInDays'],
  ])('%o is refused by name, and so it is in a change', async (part, field) => {
    const refused = { status: 400, body: { code: 'invalid_request', param: field } }
    expect(await send('POST', '/api/keys', { body: { name: 'Made', ...part } })).toMatchObject(refused)
    const { id } = await aKey()
    expect(await send('PATCH', `/api/keys/${id}`, { body: part })).toMatchObject(refused)
  })

  it.each(['', '[]', '"text"', '1', '{'])('%o is a 400 everywhere a body is needed', async (body) => {
    const { id } = await aKey()
    expect((await send('POST', '/api/keys', { body })).status).toBe(400)
    expect((await send('PATCH', `/api/keys/${id}`, { body })).status).toBe(400)
  })

  it('in regenerate and revoke is refused by name', async () => {
    const { id } = await aKey()
    const refusal = async (verb: string, body: object) =>
      (await send('POST', `/api/keys/${id}/${verb}`, { body })).body.param
    expect(await refusal('regenerate', { graceSeconds: 61 })).toBe('graceSeconds')
    expect(await refusal('regenerate', { key: 'sk-live-mine' })).toBe('key')
    expect(await refusal('revoke', { leaked: 'yes' })).toBe('leaked')
    expect(await refusal('revoke', { force: true })).toBe('force')
  })

  it('of another type is a 415', async () => {
    expect(await send('POST', '/api/keys', { body: { name: 'x' }, type: 'text/plain' })).toMatchObject({
      status: 415,
    })
  })

  it.each(['?limit=0', '?limit=101', '?limit=x', '?limit=', '?unknown=1', '?cursor=nonsense'])(
    'a query %s is a 400',
    async (query) => {
      expect(await send('GET', `/api/keys${query}`)).toMatchObject({ status: 400 })
    },
  )
})

it('a key of another organisation, one that never was and nonsense are the same 404 on every path', async () => {
  const answers = new Set<string>()
  for (const id of [strangersKeyId, newId('key'), 'nonsense', '%00', '%27%20or%201%3D1--']) {
    const sent = [
      send('GET', `/api/keys/${id}`),
      send('PATCH', `/api/keys/${id}`, { body: { name: 'Mine now' } }),
      send('DELETE', `/api/keys/${id}`),
      ...['regenerate', 'revoke', 'reactivate'].map((verb) => send('POST', `/api/keys/${id}/${verb}`)),
      send('GET', `/api/keys/${id}/usage`),
      send('GET', `/api/keys/${id}/requests`),
    ]
    for (const answer of await Promise.all(sent)) answers.add(JSON.stringify(answer))
  }
  expect([...answers]).toEqual([
    JSON.stringify({
      status: 404,
      body: { error: 'There is no such API key.', code: 'not_found', requestId: 'req_test' },
    }),
  ])
})

describe('who may', () => {
  it('nobody without a key that works', async () => {
    expect(await send('GET', '/api/keys', { as: '' })).toMatchObject({ status: 401 })
    expect(await send('GET', '/api/keys', { as: "sk-live-'OR'1'='1" })).toMatchObject({
      status: 401,
      body: { code: 'invalid_api_key' },
    })
  })

  it('a reading key reads, a model key does neither', async () => {
    const reader = (await aKey({ access: 'read' })).key
    const models = (await aKey({ access: 'models' })).key
    expect((await send('GET', '/api/keys', { as: reader })).status).toBe(200)
    expect((await send('POST', '/api/keys', { as: reader, body: { name: 'x' } })).status).toBe(403)
    expect((await send('GET', '/api/keys', { as: models })).status).toBe(403)
  })

  it('a narrow key may not outgrow itself: 403 that names the field', async () => {
    const { id, key } = await aKey({ permissions: ['images'] })
    const refused = { status: 403, body: { code: 'permission_denied', param: 'permissions' } }
    expect(
      await send('PATCH', `/api/keys/${id}`, { as: key, body: { permissions: ['chat'] } }),
    ).toMatchObject(refused)
    expect(await send('POST', '/api/keys', { as: key, body: { name: 'Wider' } })).toMatchObject(refused)
  })

  it('a full plan is a 403 that says what to do, a leaked key a 409', async () => {
    const free = await portal.aPerson('free')
    const { id, key } = await portal.keys.createKey(free, keySettings())
    expect(await send('POST', '/api/keys', { as: key, body: { name: 'Second' } })).toMatchObject({
      status: 403,
      body: {
        code: 'plan_limit_reached',
        error: expect.stringContaining('Revoke one'),
        limit: 1,
        plan: 'FREE',
      },
    })
    await portal.keys.revokeKey(free, id, { leaked: true })
    const leaked = await aKey()
    await send('POST', `/api/keys/${leaked.id}/revoke`, { body: { leaked: true } })
    expect(await send('POST', `/api/keys/${leaked.id}/reactivate`)).toMatchObject({
      status: 409,
      body: { code: 'conflict' },
    })
  })
})

// Counting a request's input: what it costs, and whom it asks.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { startTestCluster, type TestCluster } from '../db/test-database.ts'
import { type Behaviour, eventually, type Portal, startPortal } from '../test/index.ts'

const targets = ['first', 'second'].map((provider, i) => ({
  provider: `${provider}-anthropic`,
  model: 'upstream-claude',
  weight: i === 0 ? 1_000_000 : 0.000_001,
}))
const names = targets.map(({ provider, model }) => `${provider}/${model}`)

let cluster: TestCluster
let portal: Portal
let secret: string
beforeAll(async () => {
  cluster = await startTestCluster()
  portal = await startPortal({ cluster, upstreams: ['first', 'second'], models: [{ id: 'claude', targets }] })
  secret = (await portal.aKey()).secret
})
afterAll(async () => {
  await portal?.close()
  await cluster?.stop()
})
beforeEach(() => {
  for (const name of ['first', 'second']) portal.upstreamNamed(name).reset()
  for (const name of names) portal.services.gateway.breaker.succeeded(name)
})

const asked = { model: 'claude', messages: [{ role: 'user', content: 'Hello there' }] }
const ask = (key = secret, signal?: AbortSignal) =>
  portal.post({ key, path: '/api/v1/messages/count_tokens', body: asked, ...(signal && { signal }) })
const count = async () => {
  const response = await ask()
  return [response.status, response.headers.get('x-portal-count')]
}
const visits = () => ['first', 'second'].map((name) => portal.upstreamNamed(name).requests.length)
const fails = (status: number) => portal.upstream.enqueue({ kind: 'status', status })

test('[B-18] a count takes no tokens: a key that has none left may ask, as often as it may ask at all', async () => {
  const { secret: key } = await portal.aKey({ dailyLimit: 100, monthlyLimit: 100, rpmLimit: 3 })
  portal.upstream.enqueue({ kind: 'answer', usage: { input_tokens: 50, output_tokens: 50 } })
  const spent = await portal.post({ key, path: '/api/v1/messages', body: { ...asked, max_tokens: 20 } })
  expect(spent.status).toBe(200)
  const answers = [await ask(key), await ask(key), await ask(key)]
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 429])
  expect(await answers.at(-1)?.json()).toMatchObject({ error: { limit: 'key_requests_per_minute' } })
  expect(portal.held()).toEqual({ openLeases: 0, heldTokens: 0 })
})

test('[B-18] where one server fails the next of the dialect counts, and one that keeps failing is asked last', async () => {
  for (let i = 0; i < 5; i++) fails(503)
  for (let i = 0; i < 6; i++) expect(await count()).toEqual([200, 'exact'])
  expect(visits()).toEqual([5, 6])
})

test('[B-18] a server that cannot count fails at nothing else', async () => {
  for (let i = 0; i < 6; i++) fails(404)
  for (let i = 0; i < 6; i++) expect(await count()).toEqual([200, 'exact'])
  expect(visits()).toEqual([6, 6])
})

test('[B-18] what one server finds wrong with a request no other is asked', async () => {
  fails(400)
  expect(await count()).toEqual([200, 'estimated'])
  expect(visits()).toEqual([1, 0])
})

test('[B-18] who leaves stops the count at the server, and gives back the place', async () => {
  const hanging: Behaviour = { kind: 'hang', after: 'headers' }
  portal.upstream.enqueue(hanging)
  const leaving = new AbortController()
  const response = ask(secret, leaving.signal).catch((error: Error) => error.name)
  await eventually(() => expect(portal.upstream.requests).toHaveLength(1))
  leaving.abort()
  expect(await response).toBe('AbortError')
  await portal.upstream.requests[0]?.aborted
  await eventually(() => expect(portal.held()).toEqual({ openLeases: 0, heldTokens: 0 }))
  expect(visits()).toEqual([1, 0])
})

import { beforeAll, describe, expect, test } from 'vitest'
import { type TestMember, useOrganisations } from '../organisations/test-organisations.ts'
import { chatRequest, eventually } from '../test/index.ts'
import { listenTo } from './test-live.ts'

const { portal, anOrganisation, aMember, aKeyOf, withKey } = useOrganisations()

const ask = async (secret: string, body: object = {}) => {
  const sent = { ...chatRequest(), max_tokens: 16, ...body }
  const { status } = await withKey(secret, '/api/chat/completions', {
    method: 'POST',
    body: JSON.stringify(sent),
  })
  return status
}
const people: Record<string, TestMember> = {}
let organisation: Awaited<ReturnType<typeof anOrganisation>>
const keys: Record<string, { id: string; secret: string }> = {}
const person = (name: string): TestMember => people[name] as TestMember
const keyOf = (name: string) => keys[name] as { id: string; secret: string }
const get = async (name: string, path: string) => {
  const { status, body } = await person(name).browser.get(`/api/usage/${path}`)
  return { status, body }
}

beforeAll(async () => {
  organisation = await anOrganisation()
  people.owner = organisation.owner
  for (const role of ['admin', 'member', 'billing', 'viewer'] as const)
    people[role] = await aMember(organisation, role)
  for (const name of ['owner', 'member']) keys[name] = await aKeyOf(person(name))
  for (const name of ['owner', 'member', 'member']) expect(await ask(keyOf(name).secret)).toBe(200)
  portal().upstream.enqueue({ kind: 'status', status: 400 })
  await ask(keyOf('owner').secret)
  await eventually(async () => expect((await get('owner', 'summary')).body.stats.totalRequests).toBe(4))
}, 60_000)

describe('[UW1] everybody’s use', () => {
  test.each(['owner', 'admin', 'billing'])('is seen by %s, and whose it is', async (name) => {
    const { body } = await get(name, 'summary')
    expect(body.stats).toMatchObject({ totalRequests: 4, errorCount: 1, errorRate: 25 })
    expect(body.byUser.map(({ userId }: { userId: string }) => userId).sort()).toEqual(
      [person('owner').id, person('member').id].sort(),
    )
    const { body: filters } = await get(name, 'filters')
    expect(filters.users).toHaveLength(2)
    expect(filters.keys.map(({ id }: { id: string }) => id).sort()).toEqual(
      [keyOf('owner').id, keyOf('member').id].sort(),
    )
    expect((await get(name, `summary?user=${person('member').id}`)).body.stats.totalRequests).toBe(2)
  })

  test.each([
    ['member', 2],
    ['viewer', 0],
  ])('is not by %s: they see their own', async (name, count) => {
    const { body } = await get(name, 'summary')
    expect([body.stats.totalRequests, body.byUser]).toEqual([count, []])
    expect((await get(name, 'requests')).body.data).toHaveLength(count)
    expect((await get(name, `summary?apiKey=${keyOf('owner').id}`)).body.stats.totalRequests).toBe(0)
    for (const path of ['summary', 'latency', 'requests', 'export', 'ratings']) {
      const { status, body: refused } = await get(name, `${path}?user=${person('owner').id}`)
      expect([path, status, refused.code]).toEqual([path, 403, 'permission_denied'])
    }
    expect((await get(name, 'filters')).body.users).toEqual([])
    expect((await get(name, 'plan')).body).toMatchObject({ tokens: { limit: null }, cost: null })
  })

  test('[UW2] a key sees what its owner does, one for models alone nothing', async () => {
    const of = async (secret: string) =>
      (await withKey(secret, '/api/usage/summary')).body.stats?.totalRequests
    expect([await of(keyOf('owner').secret), await of(keyOf('member').secret)]).toEqual([4, 2])
    const { secret } = await aKeyOf(person('owner'), { access: 'models' })
    expect((await withKey(secret, '/api/usage/summary')).status).toBe(403)
  })

  test('is never another organisation’s', async () => {
    people.stranger = (await anOrganisation()).owner
    for (const query of ['', `?apiKey=${keyOf('owner').id}`, `?user=${person('owner').id}`]) {
      expect((await get('stranger', `summary${query}`)).body.stats.totalRequests).toBe(0)
      expect((await get('stranger', `requests${query}`)).body.data).toEqual([])
    }
  })
})

test.each([
  ['period=1y', 'period'],
  ['period=7d&from=2026-01-01', 'from'],
  ['to=2026-01-01', 'from'],
  ['from=2026-01-02&to=2026-01-01', 'to'],
  ['from=2024-01-01&to=2026-01-01', 'from'],
  ['from=2026-02-30', 'from'],
  ['from=yesterday', 'from'],
  ['timezone=%2B02:00', 'timezone'],
  ['timezone=Mars/Olympus', 'timezone'],
  ['status=fine', 'status'],
  ['colour=red', 'colour'],
  ['model=%00', 'model'],
])('[US1] %s is a 400 that names it', async (query, param) => {
  const { status, body } = await get('owner', `summary?${query}`)
  expect([status, body.param]).toEqual([400, param])
})

test('[US2] every hour of a day is there, in zeros; times that were not measured are null', async () => {
  const { body } = await get('owner', 'summary?from=2020-01-01&to=2020-01-01&timezone=Asia/Tokyo')
  expect(body.dailyUsage).toHaveLength(24)
  expect(body.dailyUsage[23]).toEqual({
    ...{ date: '2020-01-01T23:00', requests: 0, tokens: 0, cost: 0, errors: 0 },
    ...{ inputTokens: 0, cachedTokens: 0, outputTokens: 0, avgResponseTime: null },
  })
  expect(body.stats).toMatchObject({
    totalRequests: 0,
    errorRate: 0,
    p50ResponseTime: null,
    avgResponseTime: null,
  })
  const { body: latency } = await get('owner', 'latency?from=2020-01-01&to=2020-01-03')
  expect(latency.data).toHaveLength(3)
  expect(latency.data[0]).toEqual({
    ...{ date: '2020-01-01', p50: null, p95: null, firstTokenP50: null, firstTokenP95: null },
  })
})

test('[UR1] a row of the ledger says who asked what for how much, and not what was said', async () => {
  const { body } = await get('owner', `requests?apiKey=${keyOf('member').id}&limit=1`)
  expect(body.nextCursor).toBe(body.data[0].id)
  expect(body.data).toEqual([
    {
      ...{ id: expect.stringMatching(/^req_/), at: expect.any(String), model: 'test-model', purpose: 'api' },
      ...{ format: 'openai-chat', apiKey: { id: keyOf('member').id, name: 'A key' }, sessionId: null },
      user: { id: person('member').id, name: expect.any(String) },
      ...{ status: 'ok', errorCode: null, streamed: false, attempts: 1, estimated: false },
      ...{
        inputTokens: expect.any(Number),
        cachedTokens: 0,
        outputTokens: expect.any(Number),
        reasoningTokens: 0,
      },
      ...{
        cost: expect.any(Number),
        latencyMs: expect.any(Number),
        firstTokenMs: expect.toBeOneOf([null, expect.any(Number)]),
      },
    },
  ])
  const { body: rest } = await get('owner', `requests?apiKey=${keyOf('member').id}&cursor=${body.nextCursor}`)
  expect([rest.data.length, rest.nextCursor]).toEqual([1, null])
})

test.each([
  ['requests?cursor=req_7zzzzzzzzz0000000000000000', 'cursor'],
  ['summary?from=0000-01-01', 'from'],
  ['summary?from=9999-12-31T00:00:00Z', 'from'],
  ['summary?from=2026-11-01T00:00:00Z&to=2026-11-02T00:00:00Z&timezone=US/Pacific-New', 'timezone'],
])('[UR1] %s is a 400 that names it', async (path, param) => {
  const { status, body } = await get('owner', path)
  expect([status, body.param]).toEqual([400, param])
})

test('[UR2] an export is a file', async () => {
  const { url } = portal()
  const headers = { authorization: `Bearer ${keyOf('owner').secret}` }
  const csv = await fetch(`${url}/api/usage/export?status=error`, { headers })
  expect(csv.headers.get('content-type')).toBe('text/csv; charset=utf-8')
  expect(csv.headers.get('content-disposition')).toContain('usage.csv')
  const lines = (await csv.text()).trim().split('\r\n')
  expect(lines).toHaveLength(2)
  expect(lines[1]).toContain('"upstream_error"')
  const json = await fetch(`${url}/api/usage/export?format=json`, { headers })
  expect(json.headers.get('content-disposition')).toContain('usage.json')
  expect(await json.json()).toHaveLength(4)
})

test('[UD1] the plan of the month: what was used, what is included, what it comes to', async () => {
  const { body } = await get('owner', 'plan')
  const { body: summary } = await get('owner', 'summary')
  expect(body.tokens).toEqual({
    ...{ used: summary.stats.totalTokens, limit: null, forecast: expect.any(Number) },
  })
  expect(body.cost.used).toBe(summary.stats.totalCost)
  expect(Date.parse(body.to) - Date.parse(body.from)).toBeGreaterThan(27 * 86_400_000)
})

test.each([
  ['an hour', 1 / 24, 1],
  ['three and a half days', 3.5, 3.5],
  ['a month', 31, 7],
])('[UD1] what the rest of the month comes to, for an organisation of %s', async (_, ageDays, pastDays) => {
  await portal().pool.query(
    `update organisations set created_at = now() - $1 * interval '1 day'
     where id in (select organisation_id from api_keys where id = $2)`,
    [ageDays, keyOf('owner').id],
  )
  const { body } = await get('owner', 'plan')
  const daysLeft = (Date.parse(body.to) - Date.now()) / 86_400_000
  for (const { used, forecast } of [body.tokens, body.cost]) {
    expect(used).toBeGreaterThan(0)
    expect(forecast / (used + (used / pastDays) * daysLeft)).toBeCloseTo(1, 2)
  }
})

describe('[UD2] what is used today', () => {
  const listen = (secret: string, query = '') =>
    listenTo(portal(), { authorization: `Bearer ${secret}` }, query)

  test('is told at once and when it changes, to as many as ask', async () => {
    const { told, leave, ended } = await listen(keyOf('member').secret, '?timezone=Europe/Berlin')
    const requests = () => told.map((each) => each.requests)
    await eventually(() => expect(requests()).toEqual([2]))
    expect(await ask(keyOf('owner').secret)).toBe(200)
    expect(await ask(keyOf('member').secret)).toBe(200)
    await eventually(() => expect(requests()).toEqual([2, 3]))
    leave()
    await ended
  })

  test('is told no more once the key is revoked', async () => {
    const { id, secret } = await aKeyOf(person('owner'))
    const { told, ended } = await listen(secret)
    await person('owner').browser.send('DELETE', `/api/keys/${id}`)
    await ended
    expect(told).toHaveLength(1)
    expect((await listen(secret)).status).toBe(401)
  })

  test('is no more than whoever may see less from then on may see, and then nothing', async () => {
    const { id } = person('admin')
    const { secret } = await aKeyOf(person('admin'))
    const { told, ended } = await listen(secret)
    const asOwner = (method: string, body?: object) =>
      person('owner').browser.send(method, `${organisation.path}/members/${id}`, body && { body })
    await eventually(() => expect(told.at(-1)?.requests).toBeGreaterThan(0))
    expect((await asOwner('PATCH', { role: 'viewer' })).status).toBe(200)
    await eventually(() => expect(told.at(-1)?.requests).toBe(0))
    await asOwner('DELETE')
    await ended
  })

  test('is told by ten streams at most, and there is room when one ends', async () => {
    const { secret } = await aKeyOf(person('member'))
    const streams = await Promise.all(Array.from({ length: 14 }, () => listen(secret)))
    expect(streams.filter(({ status }) => status === 200)).toHaveLength(10)
    expect(streams.filter(({ status }) => status === 429)).toHaveLength(4)
    for (const { leave } of streams) leave()
    await eventually(async () => {
      const { status, leave } = await listen(secret)
      leave()
      expect(status).toBe(200)
    })
  })
})

test('[UD3] ratings are counted by model, those of others for who sees them', async () => {
  const { browser } = person('member')
  const { body: chat } = await browser.post('/api/chat/sessions', { title: 'Rated' })
  for (const rating of ['up', 'up', 'down', 'none']) {
    const message = { sessionId: chat.id, role: 'assistant', content: 'x', model: 'test-model' }
    const { body } = await browser.post('/api/chat/messages', message)
    await browser.post(`/api/chat/messages/${body.id}/rating`, { rating, reason: 'secret' })
  }
  const counted = { data: [{ date: expect.any(String), model: 'test-model', up: 2, down: 1 }] }
  for (const name of ['owner', 'member']) expect((await get(name, 'ratings')).body).toEqual(counted)
  expect((await get('viewer', 'ratings')).body).toEqual({ data: [] })
  expect((await get('owner', 'ratings?model=other')).body).toEqual({ data: [] })
})

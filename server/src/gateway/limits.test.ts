// Limits as clients meet them.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startTestCluster, type TestCluster } from '../db/test-database.ts'
import { chatRequest, chatStream, eventsOf, eventually, type Portal, startPortal } from '../test/index.ts'

let cluster: TestCluster
let portal: Portal

beforeAll(async () => {
  cluster = await startTestCluster()
  portal = await startPortal({
    cluster,
    models: [
      {},
      { id: 'no-maximum', outputTokensMax: null },
      { id: 'reasoning', outputTokensMax: null, temperatureDefault: null },
    ],
  })
})
afterAll(async () => {
  await portal?.close()
  await cluster?.stop()
})
beforeEach(() => portal.upstream.reset())

const nothingHeld = { openLeases: 0, heldTokens: 0 }
const times = <T>(count: number, make: (i: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => make(i))
const countOf = (statuses: number[], status: number) => statuses.filter((one) => one === status).length
const usageOf = (prompt: number, completion: number) => ({
  prompt_tokens: prompt,
  completion_tokens: completion,
  total_tokens: prompt + completion,
})
const sentUpstream = () => portal.upstream.requests.at(-1)?.body as Record<string, unknown>

async function refusalOf(response: Response) {
  expect(response.status).toBe(429)
  const { error } = (await response.json()) as { error: Record<string, unknown> & { message: string } }
  expect(Number(response.headers.get('retry-after'))).toBeGreaterThanOrEqual(1)
  expect(Number.isInteger(Number(response.headers.get('retry-after')))).toBe(true)
  expect(Date.parse(String(error.resets_at))).toBeGreaterThan(Date.now() - 1000)
  return { error, shouldRetry: response.headers.get('x-should-retry') }
}

describe('in parallel', () => {
  test('[GW-L2] 50 at once on a limit of 10 a minute admit exactly 10', async () => {
    const { secret: key } = await portal.aKey({ rpmLimit: 10 })
    const statuses = await Promise.all(
      times(50, async () => (await portal.post({ key, body: chatRequest() })).status),
    )
    expect([countOf(statuses, 200), countOf(statuses, 429)]).toEqual([10, 40])
    expect(portal.upstream.requests).toHaveLength(10)
  })

  test('[GW-L2] 200 at once on a budget for 5 admit at most 5, and no token more is used', async () => {
    const body = JSON.stringify(chatRequest({ max_tokens: 100 }))
    const each = Math.ceil(body.length / 4) + 100
    const { secret: key, id } = await portal.aKey({ dailyLimit: 5 * each })
    portal.upstream.setDefault({ kind: 'answer', text: 'x', usage: usageOf(each - 100, 100) })
    const statuses = await Promise.all(times(200, async () => (await portal.post({ key, body })).status))
    expect(countOf(statuses, 200)).toBe(5)
    expect(countOf(statuses, 429)).toBe(195)
    const rows = await portal.ledgerRows(`key_id = '${id}'`)
    const used = rows.reduce((sum, row) => sum + Number(row.input_tokens) + Number(row.output_tokens), 0)
    expect(used).toBeLessThanOrEqual(5 * each)
  })

  test('[GW-L4] the plan’s parallel requests are a limit of their own', async () => {
    const { secret: key } = await portal.aKey({ plan: 'pro' })
    portal.upstream.setDefault({ kind: 'hang', after: 'nothing' })
    const aborter = new AbortController()
    const { signal } = aborter
    const body = chatRequest({ max_tokens: 1 })
    const hanging = times(100, () => portal.post({ key, body, signal }).catch(() => null))
    await eventually(() => expect(portal.upstream.requests).toHaveLength(100))
    const { error, shouldRetry } = await refusalOf(await portal.post({ key, body }))
    expect(error).toMatchObject({
      limit: 'organisation_parallel',
      scope: 'organisation',
      maximum: 100,
      used: 100,
    })
    expect(shouldRetry).toBeNull()
    aborter.abort()
    await Promise.all(hanging)
    await eventually(() => expect(portal.held()).toEqual(nothingHeld))
  })
})

describe('refusals', () => {
  test('[GW-L4] [E-04] requests a minute: which, whose, how many, until when', async () => {
    const { secret: key } = await portal.aKey({ rpmLimit: 1 })
    await portal.post({ key, body: chatRequest() })
    const { error, shouldRetry } = await refusalOf(await portal.post({ key, body: chatRequest() }))
    expect(error).toMatchObject({
      code: 'rate_limit_exceeded',
      type: 'rate_limit_error',
      limit: 'key_requests_per_minute',
      scope: 'key',
      maximum: 1,
      used: 1,
    })
    expect(shouldRetry).toBeNull()
  })

  test.each([
    ['dailyLimit', 'key_tokens_per_day'],
    ['monthlyLimit', 'key_tokens_per_month'],
  ])('[GW-L4] [E-04] %s: waiting does not help, and the answer says so', async (field, rule) => {
    const { secret: key } = await portal.aKey({ [field]: 500 })
    portal.upstream.setDefault({ kind: 'answer', text: 'x', usage: usageOf(400, 100) })
    expect((await portal.post({ key, body: chatRequest() })).status).toBe(200)
    const { error, shouldRetry } = await refusalOf(await portal.post({ key, body: chatRequest() }))
    expect(error).toMatchObject({
      code: 'token_limit_exceeded',
      type: 'insufficient_quota',
      limit: rule,
      scope: 'key',
      maximum: 500,
      used: 500,
    })
    expect(error.message).toContain('500')
    expect(shouldRetry).toBe('false')
  })

  test('[GW-L1] a refused request uses up nothing of any rule', async () => {
    const { secret: key, id, owner } = await portal.aKey({ rpmLimit: 2, dailyLimit: 1 })
    for (const _ of times(5, () => 0)) {
      const { error } = await refusalOf(await portal.post({ key, body: chatRequest() }))
      expect(error.limit).toBe('key_tokens_per_day')
    }
    await portal.services.keys.updateKey(owner, id, { dailyLimit: null })
    await eventually(async () => expect((await portal.post({ key, body: chatRequest() })).status).toBe(200))
    expect((await portal.post({ key, body: chatRequest() })).status).toBe(200)
    const { error } = await refusalOf(await portal.post({ key, body: chatRequest() }))
    expect(error).toMatchObject({ limit: 'key_requests_per_minute', used: 2 })
    expect(await portal.ledgerRows(`key_id = '${id}'`)).toHaveLength(2)
  })

  test('[GW-L1] the organisation’s requests a minute hold for all of its keys together', async () => {
    await portal.pool.query(`update plans set requests_per_minute = 3 where id = 'pro'`)
    const one = await portal.aKey({ plan: 'pro' })
    const two = await portal.aKey({ owner: one.owner })
    const statuses = []
    for (const key of [one.secret, two.secret, one.secret, two.secret, one.secret]) {
      statuses.push((await portal.post({ key, body: chatRequest() })).status)
    }
    await portal.pool.query(`update plans set requests_per_minute = 40000 where id = 'pro'`)
    expect(statuses).toEqual([200, 200, 200, 429, 429])
  })

  test('[GW-L7] Free stops at its tokens', async () => {
    const { secret: key } = await portal.aKey({ plan: 'free' })
    portal.upstream.setDefault({ kind: 'answer', text: 'x', usage: usageOf(500, 500) })
    expect((await portal.post({ key, body: chatRequest() })).status).toBe(200)
    const { error, shouldRetry } = await refusalOf(await portal.post({ key, body: chatRequest() }))
    expect(error).toMatchObject({
      limit: 'organisation_tokens_per_period',
      scope: 'organisation',
      maximum: 1000,
      used: 1000,
    })
    expect(shouldRetry).toBe('false')
  })

  test('[GW-L7] Pro goes on to twice its tokens', async () => {
    const { secret: key } = await portal.aKey({ plan: 'pro' })
    portal.upstream.enqueue(
      { kind: 'answer', text: 'x', usage: usageOf(60_000, 0) },
      { kind: 'answer', text: 'x', usage: usageOf(39_000, 1000) },
    )
    expect((await portal.post({ key, body: chatRequest() })).status).toBe(200)
    expect((await portal.post({ key, body: chatRequest() })).status).toBe(200)
    const { error } = await refusalOf(await portal.post({ key, body: chatRequest() }))
    expect(error).toMatchObject({ maximum: 100_000, used: 100_000 })
  })

  test('[GW-L3] near a limit only a count turns somebody away, not the size in bytes', async () => {
    // About 250 tokens by size, far fewer when counted.
    const content = 'a'.repeat(1000)
    const { secret: key } = await portal.aKey({ dailyLimit: 180 })
    const messages = [{ role: 'user', content }]
    expect((await portal.post({ key, body: chatRequest({ messages, max_tokens: 5 }) })).status).toBe(200)
  })
})

describe('slices of output', () => {
  test('[GW-L3] [GW-R10] a whole answer is asked for within the slice, and the change is said', async () => {
    const { secret: key } = await portal.aKey({ dailyLimit: 3000 })
    const response = await portal.post({ key, body: chatRequest({ max_tokens: 2500 }) })
    expect(response.status).toBe(200)
    expect(response.headers.get('x-portal-changed')).toBe('max_tokens=1024')
    expect(sentUpstream().max_tokens).toBe(1024)
  })

  test('[GW-L3] the cap goes into the field the client used', async () => {
    const { secret: key } = await portal.aKey({ dailyLimit: 3000 })
    const response = await portal.post({ key, body: chatRequest({ max_completion_tokens: 2500 }) })
    expect(sentUpstream().max_completion_tokens).toBe(1024)
    expect(sentUpstream()).not.toHaveProperty('max_tokens')
    expect(response.headers.get('x-portal-changed')).toContain('1024')
  })

  test('[GW-L3] where the limit leaves room for what was asked nothing is changed', async () => {
    const { secret: key } = await portal.aKey({ dailyLimit: 3000 })
    const response = await portal.post({ key, body: chatRequest({ max_tokens: 50 }) })
    expect(response.headers.get('x-portal-changed')).toBeNull()
    expect(sentUpstream().max_tokens).toBe(50)
  })

  test('[GW-L3] a request that names no cap is given one, under the name that its model takes', async () => {
    const { secret: key } = await portal.aKey({ dailyLimit: 50_000 })
    const response = await portal.post({ key, body: chatRequest({ model: 'no-maximum' }) })
    const cap = Number(sentUpstream().max_tokens)
    expect(cap).toBeGreaterThan(1000)
    expect(response.headers.get('x-portal-changed')).toBe(`max_tokens=${cap}`)
    await portal.post({ key, body: chatRequest({ model: 'reasoning' }) })
    expect(sentUpstream().max_completion_tokens).toBeGreaterThan(1000)
    expect(sentUpstream().max_tokens).toBeUndefined()
  })

  test('[GW-L3] a stream of a model without a known maximum goes on for as long as there are tokens', async () => {
    const { secret: key } = await portal.aKey({ dailyLimit: 90_000 })
    const text = 'word '.repeat(9000)
    portal.upstream.enqueue({ kind: 'answer', text, usage: usageOf(5, 9000) })
    const events = eventsOf(
      await (await portal.post({ key, body: chatStream({ model: 'no-maximum' }) })).text(),
    )
    expect(events.at(-2)?.json).toMatchObject({ choices: [{ finish_reason: 'stop' }] })
  })

  test('[GW-L2] near a limit, text of few bytes and many tokens is counted before it is let in', async () => {
    const { secret: key } = await portal.aKey({ dailyLimit: 1000 })
    const content = '🦜🪿🐦‍⬛'.repeat(150)
    const response = await portal.post({ key, body: chatRequest({ messages: [{ role: 'user', content }] }) })
    const { error } = await refusalOf(response)
    expect(error.message).toMatch(
      /1000 are left \(0 used or held\) and this request’s input alone needs about \d+\. It will never fit/,
    )
    expect(portal.upstream.requests).toHaveLength(0)
    expect(portal.held()).toEqual(nothingHeld)
  })

  test('[GW-L4] what is far too large is refused without being counted', async () => {
    const { secret: key } = await portal.aKey({ dailyLimit: 1000 })
    const content = 'lorem ipsum '.repeat(500_000)
    const startedAt = performance.now()
    await refusalOf(await portal.post({ key, body: chatRequest({ messages: [{ role: 'user', content }] }) }))
    expect(performance.now() - startedAt).toBeLessThan(2000)
  })

  test('[GW-L3] several choices share the slice', async () => {
    const { secret: key } = await portal.aKey({ dailyLimit: 3000 })
    await portal.post({ key, body: chatRequest({ max_tokens: 2500, n: 4 }) })
    expect(sentUpstream().max_tokens).toBe(256)
  })

  test.each([{}, { max_tokens: 900_000_000 }])(
    '[GW-L3] a key without a token limit is never touched: %j',
    async (fields) => {
      const { secret: key } = await portal.aKey()
      const response = await portal.post({ key, body: chatRequest(fields) })
      expect(response.headers.get('x-portal-changed')).toBeNull()
      expect(sentUpstream().max_tokens).toBe((fields as { max_tokens?: number }).max_tokens)
    },
  )

  test('[GW-L3] a stream takes further slices and ends by itself while there are some', async () => {
    const { secret: key } = await portal.aKey({ dailyLimit: 20_000 })
    const text = 'word '.repeat(3000).trim()
    portal.upstream.enqueue({ kind: 'answer', text })
    const events = eventsOf(await (await portal.post({ key, body: chatStream() })).text())
    expect(finishesOf(events)).toEqual(['stop'])
    expect(events).toHaveLength(1 + 3000 + 2)
  })

  test('[GW-L3] a stream that outruns the Free plan ends with finish_reason length, charged within the plan', async () => {
    const { secret: key, id } = await portal.aKey({ plan: 'free' })
    portal.upstream.enqueue({ kind: 'firehose', events: 100_000, text: 'some words of an endless story ' })
    const response = await portal.post({ key, body: chatStream({ stream_options: { include_usage: true } }) })
    const events = eventsOf(await response.text())
    expect(finishesOf(events)).toEqual(['length'])
    expect(events.at(-1)?.data).toBe('[DONE]')
    expect(events.at(-2)?.json).toMatchObject({ choices: [], usage: { total_tokens: expect.any(Number) } })
    await portal.upstream.requests[0]?.aborted
    const [row] = await portal.ledgerRows(`key_id = '${id}'`)
    expect(row).toMatchObject({ status: 'ok', error_code: 'token_limit_exceeded', estimated: true })
    expect(Number(row?.output_tokens)).toBeGreaterThan(100)
    expect(Number(row?.input_tokens) + Number(row?.output_tokens)).toBeLessThanOrEqual(1000)
    expect(portal.held()).toEqual(nothingHeld)
  })

  test.each([
    ['long words', 'internationalization ', 300],
    ['indentation', `${' '.repeat(40)}x\n`, 300],
  ])(
    '[GW-L3] an answer of %s within what was asked is not cut for its size in bytes',
    async (_, word, count) => {
      const { secret: key } = await portal.aKey({ dailyLimit: 50_000 })
      portal.upstream.enqueue({ kind: 'answer', chunks: Array(count).fill(word) })
      const text = await (await portal.post({ key, body: chatStream({ max_tokens: 1000 }) })).text()
      expect(finishesOf(eventsOf(text))).toEqual(['stop'])
    },
  )

  test('[GW-L3] an answer of many tokens in few bytes is still cut at the limit', async () => {
    const { secret: key, id } = await portal.aKey({ plan: 'free' })
    portal.upstream.enqueue({ kind: 'firehose', events: 50_000, text: '7 ½ ☃ ꧁ ' })
    const text = await (await portal.post({ key, body: chatStream() })).text()
    expect(finishesOf(eventsOf(text))).toEqual(['length'])
    const [row] = await portal.ledgerRows(`key_id = '${id}'`)
    expect(Number(row?.input_tokens) + Number(row?.output_tokens)).toBeLessThan(1100)
  })

  test('[GW-L3] an upstream that ignores the cap it was given does not use up the limit', async () => {
    const { secret: key, id } = await portal.aKey({ dailyLimit: 100_000 })
    portal.upstream.enqueue({ kind: 'firehose', events: 100_000 })
    const text = await (await portal.post({ key, body: chatStream({ max_tokens: 500 }) })).text()
    expect(finishesOf(eventsOf(text))).toEqual(['length'])
    const [row] = await portal.ledgerRows(`key_id = '${id}'`)
    expect(Number(row?.output_tokens)).toBeLessThan(20_000)
  })

  test('[GW-L3] a stream whose tokens run out at its very end keeps the upstream’s finish', async () => {
    const { secret: key } = await portal.aKey({ plan: 'free' })
    const chunk = (delta: object, finish_reason: string | null) =>
      `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta, finish_reason }] })}\n\n`
    const long = 'word '.repeat(2000)
    portal.upstream.enqueue({
      kind: 'raw',
      writes: [chunk({ role: 'assistant', content: long }, null) + chunk({}, 'stop')],
    })
    const events = eventsOf(await (await portal.post({ key, body: chatStream() })).text())
    expect(finishesOf(events)).toEqual(['stop'])
    expect(events.at(-1)?.data).toBe('[DONE]')
  })

  test('[GW-L3] where one choice has ended, only the others are cut', async () => {
    const { secret: key } = await portal.aKey({ plan: 'free' })
    const chunk = (index: number, content: string, finish_reason: string | null = null) =>
      `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index, delta: { role: 'assistant', content }, finish_reason }] })}\n\n`
    const writes = [chunk(0, 'a'), chunk(0, '', 'stop'), chunk(1, 'word '.repeat(2000))]
    portal.upstream.enqueue({ kind: 'raw', writes, ending: 'hang' })
    const events = eventsOf(await (await portal.post({ key, body: chatStream({ n: 2 }) })).text())
    const ends = events.flatMap(({ json }) =>
      ((json?.choices as { index: number; finish_reason: string | null }[] | undefined) ?? []).flatMap(
        (choice) => (choice.finish_reason ? [[choice.index, choice.finish_reason]] : []),
      ),
    )
    expect(ends).toEqual([
      [0, 'stop'],
      [1, 'length'],
    ])
  })

  test('the Free plan serves the documented request', async () => {
    const { secret: key } = await portal.aKey({ plan: 'free' })
    const messages = [{ role: 'user', content: 'Hello' }]
    const response = await portal.post({ key, body: { model: 'test-model', messages } })
    expect(response.status).toBe(200)
    expect(response.headers.get('x-portal-changed')).toMatch(/^max_tokens=\d+$/)
  })
})

const finishesOf = (events: ReturnType<typeof eventsOf>) =>
  events.flatMap(({ json }) =>
    ((json?.choices as { finish_reason?: string | null }[] | undefined) ?? []).flatMap(({ finish_reason }) =>
      finish_reason ? [finish_reason] : [],
    ),
  )

describe('after a restart', () => {
  test('[GW-L6] requests of the last minute and tokens of the day still count', async () => {
    const first = await startPortal({ cluster })
    const { database } = first
    const slow = await first.aKey({ rpmLimit: 2 })
    const poor = await first.aKey({ dailyLimit: 600, owner: slow.owner })
    first.upstream.setDefault({ kind: 'answer', text: 'x', usage: usageOf(400, 200) })
    for (const key of [slow.secret, slow.secret, poor.secret]) {
      expect((await first.post({ key, body: chatRequest() })).status).toBe(200)
    }
    await first.close()
    const second = await startPortal({ cluster, database })
    const rpm = await refusalOf(await second.post({ key: slow.secret, body: chatRequest() }))
    expect(rpm.error).toMatchObject({ limit: 'key_requests_per_minute', used: 2 })
    const tokens = await refusalOf(await second.post({ key: poor.secret, body: chatRequest() }))
    expect(tokens.error).toMatchObject({ limit: 'key_tokens_per_day', used: 600 })
    await second.close()
  })
})

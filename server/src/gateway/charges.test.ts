// What the ledger says of every kind of end.
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { verifyRollups } from '../ledger/index.ts'
import { type Behaviour, chatRequest, chatStream, eventsOf, eventually, useOnePortal } from '../test/index.ts'

const { portal } = useOnePortal()
let secret: string
beforeAll(async () => {
  secret = (await portal().aKey()).secret
})
beforeEach(async () => {
  await eventually(() => expect(portal().services.gateway.openRequests.size).toBe(0))
  portal().upstream.reset()
  await portal().pool.query(
    'delete from ledger_requests; delete from usage_rollups; delete from usage_histograms',
  )
})

const nothingHeld = { openLeases: 0, heldTokens: 0 }
const ask = (body: unknown, signal?: AbortSignal) =>
  portal().post({ key: secret, body, ...(signal && { signal }) })
const onlyRow = () =>
  eventually(async () => {
    const rows = await portal().ledgerRows()
    expect(rows).toHaveLength(1)
    return rows[0] as NonNullable<(typeof rows)[0]>
  })

test('[GW-G8] costs are whole micro-USD by line: input, cached input, output', async () => {
  const usage = {
    prompt_tokens: 1001,
    completion_tokens: 50,
    total_tokens: 1051,
    prompt_tokens_details: { cached_tokens: 401 },
    completion_tokens_details: { reasoning_tokens: 10 },
  }
  portal().upstream.enqueue({ kind: 'answer', text: 'Hello', usage })
  const response = await ask(chatRequest())
  expect(await response.json()).toMatchObject({ usage })
  expect(await onlyRow()).toMatchObject({
    status: 'ok',
    error_code: null,
    model: 'test-model',
    target: 'first/upstream-model',
    attempts: 1,
    dialect: 'openai-chat',
    streamed: false,
    input_tokens: 1001n,
    cached_tokens: 401n,
    output_tokens: 50n,
    reasoning_tokens: 10n,
    input_microusd: 600n,
    // half a micro-USD each: 200.5, rounded
    cached_microusd: expect.toSatisfy((cost: bigint) => cost === 200n || cost === 201n),
    output_microusd: 100n,
    estimated: false,
  })
})

describe.each([
  ['whole', chatRequest()],
  ['streamed', chatStream()],
])('%s', (_, body) => {
  test('[GW-G3] an explicit 0 is charged as 0', async () => {
    portal().upstream.enqueue({ kind: 'answer', text: 'one two', usageAs: 'zero' })
    await (await ask(body)).text()
    expect(await onlyRow()).toMatchObject({
      input_tokens: 0n,
      output_tokens: 0n,
      estimated: false,
      status: 'ok',
    })
  })

  test('[GW-G3] without usage our own count is charged, marked estimated', async () => {
    portal().upstream.enqueue({ kind: 'answer', text: 'one two three four five', usageAs: 'missing' })
    await (await ask(body)).text()
    const row = await onlyRow()
    expect(row).toMatchObject({ estimated: true, status: 'ok', output_tokens: 5n })
    expect(row.input_tokens).toBeGreaterThan(4n)
  })

  test.each([
    ['null', { prompt_tokens: null, completion_tokens: null }],
    ['negative', { prompt_tokens: -5, completion_tokens: -1 }],
    ['a text', { prompt_tokens: '12', completion_tokens: 'x' }],
    ['broken', { prompt_tokens: 1.5, completion_tokens: Number.MAX_VALUE }],
  ])('[GW-G3] usage that is %s counts as none', async (_, usage) => {
    portal().upstream.enqueue({ kind: 'answer', text: 'one two three', usage })
    await (await ask(body)).text()
    expect(await onlyRow()).toMatchObject({ estimated: true, output_tokens: 3n })
  })

  test('[GW-G3] one missing field is counted, the other is the upstream’s', async () => {
    portal().upstream.enqueue({ kind: 'answer', text: 'one two three', usage: { prompt_tokens: 77 } })
    await (await ask(body)).text()
    expect(await onlyRow()).toMatchObject({ estimated: true, input_tokens: 77n, output_tokens: 3n })
  })

  test('[GW-G4] a failure before content is charged nothing', async () => {
    portal().upstream.setDefault({ kind: 'status', status: 500 })
    expect((await ask(body)).status).toBe(500)
    expect(await onlyRow()).toMatchObject({
      status: 'upstream_error',
      error_code: 'upstream_error',
      attempts: 3,
      input_tokens: 0n,
      output_tokens: 0n,
      output_microusd: 0n,
    })
  })

  test('[GW-G4] a request the upstream refuses is charged nothing', async () => {
    portal().upstream.setDefault({ kind: 'status', status: 400 })
    expect((await ask(body)).status).toBe(400)
    expect(await onlyRow()).toMatchObject({ input_tokens: 0n, output_tokens: 0n, attempts: 1 })
  })

  test('[GW-G2] the row is committed before the client gets the end', async () => {
    const blocker = await portal().pool.connect()
    await blocker.query('begin; lock table ledger_requests in exclusive mode')
    portal().upstream.enqueue({ kind: 'answer', text: 'one two three' })
    let text = ''
    const reading = (async () => {
      const response = await ask(body)
      for await (const part of response.body as ReadableStream<Uint8Array>)
        text += Buffer.from(part).toString()
    })()
    await eventually(() => expect(portal().services.gateway.ledger.stats().queued).toBeGreaterThan(0))
    await eventually(() => expect(portal().upstream.requests[0]?.finished).toBe(true))
    if (body.stream) await eventually(() => expect(text).toContain('three'))
    expect(text).not.toMatch(/"finish_reason":"stop"|DONE/)
    await blocker.query('rollback')
    blocker.release()
    await reading
    expect(text).toMatch(/"finish_reason":"stop"/)
    await onlyRow()
  })
})

test('[GW-G3] the last word of every field counts in a stream that counts on each chunk', async () => {
  portal().upstream.enqueue({ kind: 'answer', text: 'one two three four', usageAs: 'every-chunk' })
  await (await ask(chatStream())).text()
  expect(await onlyRow()).toMatchObject({ output_tokens: 4n, estimated: false })
})

test('[GW-G3] a duplicate usage is charged once', async () => {
  portal().upstream.enqueue({ kind: 'answer', text: 'one two three four', usageAs: 'duplicate' })
  await (await ask(chatStream())).text()
  expect(await onlyRow()).toMatchObject({ output_tokens: 4n, estimated: false })
})

test('[GW-G4] what an upstream delivered before it failed is charged', async () => {
  portal().upstream.enqueue({ kind: 'reset', after: 4, rst: true, text: 'one two three four five' })
  const events = eventsOf(await (await ask(chatStream())).text())
  expect(events.at(-1)?.json).toHaveProperty('error')
  const row = await onlyRow()
  expect(row).toMatchObject({ status: 'upstream_error', output_tokens: 3n, estimated: true })
  expect(row.input_tokens).toBeGreaterThan(0n)
})

describe('the client leaves', () => {
  const phases: [string, Behaviour, boolean][] = [
    ['before the upstream’s headers', { kind: 'hang', after: 'nothing' }, false],
    ['before its first event', { kind: 'hang', after: 'headers' }, false],
    ['after the role', { kind: 'hang', after: 1 }, false],
    ['in the middle', { kind: 'hang', after: 4, text: 'one two three four five' }, true],
  ]

  test.each(phases)(
    '[GW-U2] %s: the upstream is aborted within a second, and the input is charged',
    async (_, behaviour, produced) => {
      portal().upstream.enqueue(behaviour)
      const aborter = new AbortController()
      const asking = ask(chatStream(), aborter.signal)
      asking.catch(() => {})
      const request = await eventually(() => {
        const [first] = portal().upstream.requests
        expect(first).toBeDefined()
        return first as NonNullable<typeof first>
      })
      if (behaviour.kind === 'hang' && behaviour.after !== 'nothing') {
        await eventually(() => expect(request.status).toBe(200))
      }
      if (produced) {
        const reader = (await asking).body?.getReader()
        let text = ''
        while (!text.includes('three')) text += Buffer.from((await reader?.read())?.value ?? []).toString()
      }
      const leftAt = Date.now()
      aborter.abort()
      expect((await request.aborted) - leftAt).toBeLessThan(1000)
      const row = await onlyRow()
      expect(row).toMatchObject({
        status: 'client_cancelled',
        error_code: 'client_closed',
        estimated: true,
        output_tokens: produced ? 3n : 0n,
      })
      expect(row.input_tokens).toBeGreaterThan(0n)
      expect(portal().held()).toEqual(nothingHeld)
    },
  )

  test('[GW-U2] a whole answer too', async () => {
    portal().upstream.enqueue({ kind: 'hang', after: 1 })
    const aborter = new AbortController()
    const asking = ask(chatRequest(), aborter.signal)
    await eventually(() => expect(portal().upstream.requests[0]?.status).toBe(200))
    aborter.abort()
    await expect(asking).rejects.toThrow()
    await portal().upstream.requests[0]?.aborted
    expect((await onlyRow()).status).toBe('client_cancelled')
    expect(portal().held()).toEqual(nothingHeld)
  })

  test('[GW-G1] in any moment of many requests: one row each, no place held', async () => {
    portal().upstream.setDefault({ kind: 'answer', text: 'one two three four', delayMs: 3 })
    const ids = await Promise.all(
      Array.from({ length: 40 }, async (_, i) => {
        const aborter = new AbortController()
        // Every fourth stays to the end.
        if (i % 4 > 0) setTimeout(() => aborter.abort(), i * 10)
        try {
          await (await ask(chatStream(), aborter.signal)).text()
          return 'whole'
        } catch {
          return 'left'
        }
      }),
    )
    expect(new Set(ids)).toEqual(new Set(['whole', 'left']))
    await eventually(() => expect(portal().held()).toEqual(nothingHeld))
    await eventually(() => expect(portal().services.gateway.openRequests.size).toBe(0))
    const rows = await portal().ledgerRows()
    expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length)
    const upstream = portal().upstream.requests.length
    expect(rows.length).toBeGreaterThanOrEqual(upstream)
    expect(rows.filter(({ status }) => status === 'ok').length).toBeGreaterThanOrEqual(
      ids.filter((end) => end === 'whole').length,
    )
    expect((await portal().pool.query('select * from ledger_holds')).rows).toEqual([])
  })
})

test('[GW-G6] after all kinds of ends the rollups equal the ledger', async () => {
  portal().upstream.enqueue(
    { kind: 'answer', text: 'one' },
    { kind: 'status', status: 400 },
    { kind: 'reset', after: 3, text: 'one two three' },
  )
  await Promise.all(
    [ask(chatRequest()), ask(chatRequest()), ask(chatStream())].map(async (r) => (await r).text()),
  )
  await eventually(async () => expect(await portal().ledgerRows()).toHaveLength(3))
  expect(await verifyRollups(portal().pool)).toMatchObject({ differences: [] })
})

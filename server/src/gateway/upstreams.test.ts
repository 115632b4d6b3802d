// Upstreams that fail, and readers that stall.
import {
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startTestCluster, type TestCluster } from '../db/test-database.ts'
import {
  type Behaviour,
  chatRequest,
  chatStream,
  eventsOf,
  eventually,
  type Portal,
  startPortal,
} from '../test/index.ts'

let cluster: TestCluster
let portal: Portal
let secret: string
let limited: string
let elsewhere: Server
let visits = 0
let forgetful: Server
/** Connections that the forgetful upstream has answered on, and requests that it broke off. */
const answeredOn = new Set<Socket>()
let brokenOff = 0
let answersAfterMs = 50

beforeAll(async () => {
  cluster = await startTestCluster()
  elsewhere = createServer((_, res) => {
    visits += 1
    res.end('never to be seen')
  })
  forgetful = createServer((req, res) => {
    // A connection that was left idle is found closed by whoever uses it again.
    if (answeredOn.has(req.socket)) {
      brokenOff += 1
      req.socket.destroy()
      return
    }
    answeredOn.add(req.socket)
    req.resume().on('end', () => setTimeout(() => answerBriefly(res), answersAfterMs))
  })
  for (const server of [elsewhere, forgetful])
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const target = (provider: string, weight = 1) => ({ provider, model: 'upstream-model', weight })
  portal = await startPortal({
    cluster,
    upstreams: ['first', 'second'],
    providers: {
      gone: 'http://127.0.0.1:9/v1',
      forgetful: `http://127.0.0.1:${(forgetful.address() as AddressInfo).port}/v1`,
    },
    models: [
      {},
      { id: 'two-targets', targets: [target('first', 1_000_000), target('second', 0.000_001)] },
      { id: 'even', targets: [target('first', 3), target('second', 1)] },
      { id: 'nowhere', targets: [target('gone')] },
      { id: 'forgetful', targets: [target('forgetful')] },
      { id: 'half-gone', targets: [target('gone', 1_000_000), target('second', 0.000_001)] },
    ],
  })
  secret = (await portal.aKey()).secret
  limited = (await portal.aKey({ monthlyLimit: 100_000_000 })).secret
})
afterAll(async () => {
  elsewhere?.close()
  forgetful?.close()
  await portal?.close()
  await cluster?.stop()
})
beforeEach(() => {
  for (const name of ['first', 'second']) portal.upstreamNamed(name).reset()
  for (const target of ['first/upstream-model', 'second/upstream-model', 'gone/upstream-model']) {
    portal.services.gateway.breaker.succeeded(target)
  }
})

const answerBriefly = (res: ServerResponse) =>
  res.setHeader('content-type', 'application/json').end(
    JSON.stringify({
      ...{ id: 'chatcmpl-1', object: 'chat.completion', created: 0, model: 'upstream-model' },
      choices: [{ index: 0, message: { role: 'assistant', content: 'So said.' }, finish_reason: 'stop' }],
      usage: { prompt_tokens: 2, completion_tokens: 2, total_tokens: 4 },
    }),
  )

const nothingHeld = { openLeases: 0, heldTokens: 0 }
const ask = (body: unknown, key = secret) => portal.post({ key, body })
const counts = () => ['first', 'second'].map((name) => portal.upstreamNamed(name).requests.length)
const errorOf = async (response: Response) =>
  ((await response.json()) as { error: Record<string, unknown> & { message: string } }).error

describe('what the client is told of an upstream’s error', () => {
  test.each([
    [400, 400, 'invalid_request'],
    [401, 502, 'upstream_refused_us'],
    [403, 502, 'upstream_refused_us'],
    [404, 502, 'upstream_error'],
    [413, 413, null],
    [422, 422, null],
    [429, 429, 'upstream_rate_limited'],
    [500, 500, 'upstream_error'],
    [502, 502, 'upstream_error'],
    [503, 503, 'upstream_error'],
    [529, 503, 'upstream_error'],
  ])('[GW-U6] its %i is our %i', async (theirs, ours, code) => {
    portal.upstream.setDefault({ kind: 'status', status: theirs })
    for (const body of [chatRequest(), chatStream()]) {
      const response = await ask(body)
      expect(response.status).toBe(ours)
      const error = await errorOf(response)
      if (code) expect(error.code).toBe(code)
      expect(error.message).toMatch(/\w/)
      if (ours === 429) expect(Number(response.headers.get('retry-after'))).toBeGreaterThanOrEqual(1)
      portal.services.gateway.breaker.succeeded('first/upstream-model')
    }
  })

  test('[GW-U6] what it finds wrong with a request is passed on in its own words', async () => {
    const error = { message: 'max_tokens is too large', type: 'x', param: 'max_tokens', code: 'too_large' }
    portal.upstream.setDefault({ kind: 'status', status: 400, json: { error } })
    expect(await errorOf(await ask(chatRequest()))).toMatchObject({
      message: 'max_tokens is too large',
      param: 'max_tokens',
      code: 'too_large',
      type: 'invalid_request_error',
    })
  })

  test.each([
    ['a bare text', { json: { error: 'Out of order.' } }, 'Out of order.'],
    ['a message alone', { json: { message: 'Out of order.' } }, 'Out of order.'],
    ['a detail', { json: { detail: 'Out of order.' } }, 'Out of order.'],
    ['a number for a code', { json: { error: { message: 'Out of order.', code: 17 } } }, 'Out of order.'],
    ['HTML', { html: '<h1>Internal host proxy-7</h1>' }, 'The request is not valid.'],
    ['plain text', { text: 'stack trace at proxy-7' }, 'The request is not valid.'],
    ['nothing', { text: '' }, 'The request is not valid.'],
    ['a list', { json: ['x'] }, 'The request is not valid.'],
    ['null', { json: null }, 'The request is not valid.'],
  ])('[GW-U6] an error body that is %s is readable', async (_, body, message) => {
    portal.upstream.setDefault({ kind: 'status', status: 400, ...body } as Behaviour)
    expect((await errorOf(await ask(chatRequest()))).message).toBe(message)
  })

  test('[GW-U6] its credentials and pages are no business of the client', async () => {
    portal.upstream.setDefault({
      kind: 'status',
      status: 401,
      json: { error: { message: 'Bad key sk-upstream-secret' } },
    })
    const text = await (await ask(chatRequest())).text()
    expect(text).not.toContain('sk-upstream')
    portal.upstream.setDefault({ kind: 'status', status: 502, html: '<html>nginx at 10.0.0.7</html>' })
    expect(await (await ask(chatRequest())).text()).not.toMatch(/nginx|html/)
  })

  test('[GW-U6] a server that cannot be reached is a 502', async () => {
    const response = await ask(chatRequest({ model: 'nowhere' }))
    expect(response.status).toBe(502)
    const error = await errorOf(response)
    expect(error.code).toBe('upstream_unreachable')
    expect(JSON.stringify(error)).not.toMatch(/ECONN|127\.0\.0\.1/)
  })

  test('[GW-U6] half a body, or one that is no completion, is a 502', async () => {
    for (const behaviour of [
      { kind: 'malformed-json' },
      { kind: 'raw', writes: ['{"choices": "no"}'] },
      { kind: 'raw', writes: [''] },
      { kind: 'raw', writes: ['<html>'] },
    ] as Behaviour[]) {
      portal.upstream.setDefault(behaviour)
      expect((await ask(chatRequest())).status).toBe(502)
    }
  })

  test.each([301, 302, 307, 308])(
    '[GW-U1] a redirect (%i) is not followed and not passed on',
    async (status) => {
      const { port } = elsewhere.address() as AddressInfo
      const location = `http://127.0.0.1:${port}/`
      portal.upstream.setDefault({ kind: 'status', status, headers: { location } })
      for (const body of [chatRequest(), chatStream()]) {
        const response = await ask(body)
        expect(response.status).toBe(502)
        expect(response.headers.get('location')).toBeNull()
      }
      expect(visits).toBe(0)
    },
  )
})

describe('other targets, other tries', () => {
  const failures: [string, Behaviour][] = [
    ['500', { kind: 'status', status: 500 }],
    ['401', { kind: 'status', status: 401 }],
    ['404', { kind: 'status', status: 404 }],
    ['429', { kind: 'status', status: 429, headers: { 'retry-after': '60' } }],
    ['302', { kind: 'status', status: 302 }],
    ['reset', { kind: 'reset', after: 'nothing', rst: true }],
    ['malformed body', { kind: 'malformed-json' }],
  ]

  test.each(failures)('[GW-U4] after a %s another target serves the request', async (_, behaviour) => {
    portal.upstreamNamed('first').setDefault(behaviour)
    for (const body of [chatRequest(), chatStream()]) {
      const response = await ask({ ...body, model: 'two-targets' })
      expect(response.status).toBe(200)
      const [row] = await portal.ledgerRows(`id = '${response.headers.get('x-request-id')}'`)
      await response.text()
      if (row) expect(row).toMatchObject({ target: 'second/upstream-model', attempts: 2, status: 'ok' })
    }
    expect(counts()).toEqual([2, 2])
  })

  test('[GW-U4] a target that cannot be reached is passed over', async () => {
    expect((await ask(chatRequest({ model: 'half-gone' }))).status).toBe(200)
  })

  test('[GW-U4] three attempts and no more', async () => {
    for (const name of ['first', 'second'])
      portal.upstreamNamed(name).setDefault({ kind: 'status', status: 500 })
    expect((await ask(chatRequest({ model: 'two-targets' }))).status).toBe(500)
    expect(counts()[0]).toBe(1)
    expect(counts()[1]).toBe(2)
  })

  test('[GW-U4] where the upstream has closed all its idle connections the second attempt is made on a new one', async () => {
    const body = { ...chatRequest(), model: 'forgetful' }
    const atOnce = await Promise.all(Array.from({ length: 4 }, () => ask(body)))
    expect(atOnce.map(({ status }) => status)).toEqual([200, 200, 200, 200])
    expect([answeredOn.size, brokenOff]).toEqual([4, 0])
    answersAfterMs = 500
    const first = ask(body)
    await eventually(() => expect(brokenOff).toBe(1))
    // Takes the place of the connection that broke, so that a second attempt may find another old one.
    const second = ask(body)
    const [response] = await Promise.all([first, second])
    expect([response.status, (await second).status]).toEqual([200, 200])
    const rows = await portal.ledgerRows(`id = '${response.headers.get('x-request-id')}'`)
    expect(rows).toMatchObject([{ status: 'ok', attempts: 2 }])
  })

  test('[GW-U4] what is the request’s own fault is not tried again', async () => {
    portal.upstreamNamed('first').setDefault({ kind: 'status', status: 400 })
    expect((await ask(chatRequest({ model: 'two-targets' }))).status).toBe(400)
    expect(counts()).toEqual([1, 0])
  })

  test('[GW-U4] Retry-After up to two seconds is waited for, and the same target serves', async () => {
    portal.upstream.enqueue({ kind: 'status', status: 429, headers: { 'retry-after': '1' } })
    const startedAt = performance.now()
    expect((await ask(chatRequest())).status).toBe(200)
    expect(performance.now() - startedAt).toBeGreaterThan(990)
    expect(portal.upstream.requests).toHaveLength(2)
  })

  test('[GW-U6] a longer Retry-After is the client’s to wait', async () => {
    portal.upstream.setDefault({ kind: 'status', status: 429, headers: { 'retry-after': '30' } })
    const response = await ask(chatRequest())
    expect([response.status, response.headers.get('retry-after')]).toEqual([429, '30'])
    expect(portal.upstream.requests).toHaveLength(1)
  })

  test('[GW-U4] targets are drawn by weight', async () => {
    await Promise.all(Array.from({ length: 200 }, () => ask(chatRequest({ model: 'even' }))))
    const [first = 0, second = 0] = counts()
    expect(first + second).toBe(200)
    expect(first).toBeGreaterThan(115)
    expect(second).toBeGreaterThan(20)
  })

  test('[GW-U5] after five failures a target is tried last', async () => {
    portal.upstreamNamed('first').setDefault({ kind: 'status', status: 500 })
    for (let i = 0; i < 8; i++) expect((await ask(chatRequest({ model: 'two-targets' }))).status).toBe(200)
    expect(counts()).toEqual([5, 8])
    portal.upstreamNamed('second').setDefault({ kind: 'status', status: 500 })
    await ask(chatRequest({ model: 'two-targets' }))
    expect(counts()[0]).toBeGreaterThan(5)
  })
})

describe('time', () => {
  test('[GW-U7] five minutes after its start a request ends with a 504', async () => {
    portal.upstream.setDefault({ kind: 'hang', after: 'nothing' })
    for (const body of [chatRequest({ stream: false }), chatStream()]) {
      const asking = ask(body)
      await eventually(() =>
        expect(portal.upstream.requests.at(-1)?.body).toMatchObject({ stream: body.stream }),
      )
      portal.tick(299_000)
      expect(portal.held().openLeases).toBe(1)
      portal.tick(300_001)
      const response = await asking
      const text = await response.text()
      if (!text.startsWith(':')) expect(response.status).toBe(504)
      expect(text).toContain('upstream_timeout')
      await portal.upstream.requests.at(-1)?.aborted
    }
    await eventually(() => expect(portal.held()).toEqual(nothingHeld))
  })

  test('[GW-U7] a stream under way ends with an error event', async () => {
    portal.upstream.setDefault({ kind: 'hang', after: 3, text: 'one two three' })
    const response = await ask(chatStream())
    portal.tick(300_001)
    const events = eventsOf(await response.text())
    expect(events.at(-1)?.json).toMatchObject({ error: { code: 'upstream_timeout', type: 'timeout_error' } })
    const [row] = await eventually(async () => {
      const rows = await portal.ledgerRows(`id = '${response.headers.get('x-request-id')}'`)
      expect(rows).toHaveLength(1)
      return rows
    })
    expect(row).toMatchObject({ status: 'upstream_error', error_code: 'upstream_timeout', output_tokens: 2n })
  })
})

describe('size', () => {
  test('[GW-U8] an event larger than 8 MiB ends the attempt', async () => {
    portal.upstream.setDefault({ kind: 'long-line', megabytes: 9 })
    expect((await ask(chatStream())).status).toBe(502)
    await eventually(() => expect(portal.held()).toEqual(nothingHeld))
  })

  test('[GW-U8] an event of 7 MiB passes', async () => {
    const text = 'a'.repeat(7 * 1024 * 1024)
    portal.upstream.setDefault({
      kind: 'answer',
      chunks: [text],
      usage: { prompt_tokens: 1, completion_tokens: 1 },
    })
    expect(await (await ask(chatStream())).text()).toContain(text)
  })

  test('[GW-U8] a body larger than 64 MiB ends the attempt', async () => {
    portal.upstream.enqueue({ kind: 'long-line', megabytes: 80 })
    expect((await ask(chatRequest())).status).toBe(200)
    expect(portal.upstream.requests).toHaveLength(2)
  })
})

describe('a reader that stalls', () => {
  const stall = (key: string) =>
    new Promise<IncomingMessage>((resolve, reject) => {
      const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
      const req = httpRequest(`${portal.url}/api/chat/completions`, { method: 'POST', headers }, (res) => {
        res.pause()
        resolve(res)
      })
      req.once('error', reject)
      req.end(JSON.stringify(chatStream({ max_tokens: 10_000_000 })))
    })

  test.each([
    ['without limits', () => secret],
    ['with a token limit, whose slices go on being taken', () => limited],
  ])('[GW-U3] [S-25] %s costs less than 1 MB, and is dropped after 60 seconds', async (_, key) => {
    const sockets: Socket[] = []
    portal.server.on('connection', (socket: Socket) => sockets.push(socket))
    portal.upstream.enqueue({ kind: 'firehose', events: 200_000 })
    const response = await stall(key())
    response.on('error', () => {})
    const [sent] = portal.upstream.requests
    let last = -1
    let still = 0
    await eventually(() => {
      still = sent?.bytesWritten === last ? still + 1 : 0
      last = sent?.bytesWritten ?? 0
      expect(still).toBeGreaterThan(20)
    }, 20_000)
    expect(last).toBeLessThan(60_000_000)
    expect(Math.max(...sockets.map((socket) => socket.writableLength))).toBeLessThan(1_000_000)
    portal.tick(59_000)
    expect(portal.held().openLeases).toBe(1)
    portal.tick(60_001)
    await sent?.aborted
    await eventually(() => expect(portal.held()).toEqual(nothingHeld))
    const id = response.headers['x-request-id']
    const [row] = await eventually(async () => {
      const rows = await portal.ledgerRows(`id = '${String(id)}'`)
      expect(rows).toHaveLength(1)
      return rows
    })
    expect(row).toMatchObject({ status: 'client_cancelled' })
    await eventually(() => {
      portal.tick(60_001)
      expect(portal.services.gateway.openRequests.size).toBe(0)
    })
    response.destroy()
  })

  test('[GW-U3] a reader that goes on reading gets everything', async () => {
    portal.upstream.enqueue({ kind: 'firehose', events: 5000 })
    const response = await stall(limited)
    let bytes = 0
    response.on('data', (chunk: Buffer) => {
      bytes += chunk.length
    })
    response.resume()
    await new Promise((resolve) => response.once('end', resolve))
    expect(bytes).toBeGreaterThan(5000 * 500)
  })
})

test('places return to zero after all of it', async () => {
  await eventually(() => expect(portal.held()).toEqual(nothingHeld))
  await eventually(() => expect(portal.services.gateway.openRequests.size).toBe(0))
  expect((await portal.pool.query('select * from ledger_holds')).rows).toEqual([])
})

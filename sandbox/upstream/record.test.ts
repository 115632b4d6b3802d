import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Behaviour, type RecordedRequest, startUpstream, type Upstream } from './index.ts'
import { ask, chunksOf, open, question, send } from './test-client.ts'

let upstream: Upstream
beforeAll(async () => {
  upstream = await startUpstream()
})
beforeEach(() => upstream.reset())
afterAll(() => upstream.close())

const streaming = question('x', { stream: true })

async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 5_000
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`never true: ${condition}`)
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
}

function lastRequest(): RecordedRequest {
  const request = upstream.requests.at(-1)
  if (!request) throw new Error('nothing was recorded')
  return request
}

test('a request is recorded with its path, headers, text and JSON, and as finished once its answer is out', async () => {
  await ask(upstream.url, question('ü'))
  await until(() => lastRequest().finished)
  expect(lastRequest()).toMatchObject({
    method: 'POST',
    path: '/v1/chat/completions',
    headers: { authorization: 'Bearer sk-test' },
    raw: JSON.stringify(question('ü')),
    body: question('ü'),
    status: 200,
    abortedAt: undefined,
  })
  expect(lastRequest().finishedAt).toBeGreaterThanOrEqual(lastRequest().startedAt)
  expect(upstream.served).toMatchObject({ requests: 1, whole: 1, open: 0 })
})

test('a body that is not JSON is recorded with its text', async () => {
  await ask(upstream.url, 'nonsense')
  expect(lastRequest()).toMatchObject({ raw: 'nonsense', body: undefined })
  await until(() => upstream.served.refused === 1)
})

test.each<[string, Behaviour]>([
  ['before headers', { kind: 'hang', after: 'nothing' }],
  ['after headers', { kind: 'hang', after: 'headers' }],
  ['in mid-stream', { kind: 'hang', after: 2 }],
  ['between delayed events', { kind: 'answer', text: 'a b c', delayMs: 60_000 }],
  ['while a firehose is blocked', { kind: 'firehose', events: 1_000_000 }],
])('a client that leaves %s is recorded within 100 ms', async (_, behaviour) => {
  upstream.enqueue(behaviour)
  const req = send(upstream.url, streaming)
  req.on('error', () => {})
  req.on('response', (res) => res.on('error', () => {}).pause())
  await until(() => upstream.requests.length === 1)
  const request = lastRequest()
  if (behaviour.kind !== 'hang' || behaviour.after !== 'nothing') await until(() => request.status === 200)
  expect([request.finished, request.abortedAt]).toEqual([false, undefined])
  const leftAt = Date.now()
  req.destroy()
  expect((await request.aborted) - leftAt).toBeLessThan(100)
  expect(request).toMatchObject({ finished: false, finishedAt: undefined })
  expect(upstream.served).toMatchObject({ aborted: 1, whole: 0, open: 0 })
})

test('a client that leaves a large body half read is recorded as aborted, not as served', async () => {
  upstream.enqueue({ kind: 'answer', text: 'x'.repeat(64 << 20) })
  const { req, res } = await open(upstream.url, question('x'))
  res.on('error', () => {})
  await once(res, 'data')
  res.pause()
  req.destroy()
  await lastRequest().aborted
  expect(lastRequest().finished).toBe(false)
  expect(upstream.served).toMatchObject({ aborted: 1, whole: 0, open: 0 })
})

test('a firehose sends every event to a reader that keeps up', async () => {
  upstream.enqueue({ kind: 'firehose', events: 5_000, text: 'one two ' })
  const { text } = await ask(upstream.url, { ...streaming, stream_options: { include_usage: true } })
  const chunks = chunksOf(text)
  expect(chunks.filter(({ choices }) => choices[0]?.delta.content === 'one two ')).toHaveLength(5_000)
  expect(chunks.at(-1)?.usage?.completion_tokens).toBe(10_000)
  expect(lastRequest().bytesWritten).toBe(Buffer.byteLength(text))
})

test('a firehose stops where a reader stops, and goes on with it', async () => {
  upstream.enqueue({ kind: 'firehose', events: 100_000 })
  const { req, res } = await open(upstream.url, streaming)
  res.on('error', () => {})
  res.pause()
  let written = -1
  // Socket buffers fill until nothing moves any more; 100,000 events would be about 70 MB.
  while (lastRequest().bytesWritten !== written) {
    written = lastRequest().bytesWritten
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  expect(written).toBeLessThan(20 << 20)
  res.resume()
  await until(() => lastRequest().bytesWritten > written + (1 << 20))
  req.destroy()
  await lastRequest().aborted
})

test('behaviours are taken in order, then the default again; reset forgets all of it', async () => {
  upstream.setDefault({ kind: 'answer', text: 'default' })
  upstream.enqueue({ kind: 'answer', text: 'one' }, { kind: 'answer', text: 'two' })
  const said = async () =>
    JSON.parse((await ask(upstream.url, question('x'))).text).choices[0].message.content
  expect([await said(), await said(), await said(), await said()]).toEqual([
    'one',
    'two',
    'default',
    'default',
  ])
  upstream.enqueue({ kind: 'answer', text: 'never' })
  upstream.reset()
  expect(upstream.requests).toEqual([])
  expect(upstream.served).toMatchObject({ requests: 0, whole: 0, bytes: 0 })
  expect(await said()).toBe('You said: x')
})

test('a request from before a reset does not touch the counters after it', async () => {
  upstream.enqueue({ kind: 'hang', after: 'headers' })
  const { req, res } = await open(upstream.url, streaming)
  res.on('error', () => {})
  const request = lastRequest()
  upstream.reset()
  req.destroy()
  await request.aborted
  expect(upstream.served).toEqual({
    requests: 0,
    whole: 0,
    refused: 0,
    aborted: 0,
    dropped: 0,
    open: 0,
    bytes: 0,
  })
})

test('without recording nothing is kept, and the counters go on', async () => {
  const counting = await startUpstream({ record: false, delayMs: 1 })
  const { reads } = await ask(counting.url, streaming)
  expect(reads.length).toBeGreaterThan(2)
  await until(() => counting.served.whole === 1)
  expect(counting.requests).toEqual([])
  await counting.close()
})

test('close ends answers under way', async () => {
  const closing = await startUpstream()
  closing.enqueue({ kind: 'hang', after: 'headers' })
  const { res } = await open(closing.url, streaming)
  const closed = new Promise((resolve) => res.on('error', () => {}).on('close', resolve))
  res.resume()
  await Promise.all([closed, closing.close()])
  expect(res.complete).toBe(false)
})

test('another process is scripted and read over HTTP, and refuses orders it does not know', async () => {
  const child = spawn(process.execPath, [new URL('main.ts', import.meta.url).pathname, '--key', 'sk-test'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  try {
    const [line] = await once(child.stdout, 'data')
    const url = String(line).trim()
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/v1$/)
    const root = url.replace('/v1', '')
    const order = async (body: unknown) =>
      (await fetch(`${root}/__control`, { method: 'POST', body: JSON.stringify(body) })).status
    expect(
      await order({ default: { kind: 'answer', text: 'far' }, enqueue: [{ kind: 'status', status: 500 }] }),
    ).toBe(200)
    for (const wrong of [
      [],
      { enqueue: [{ kind: 'explode' }] },
      { default: { kind: 'toString' } },
      { enqueued: [] },
    ]) {
      expect(await order(wrong)).toBe(400)
    }
    expect((await ask(url, question('x'))).status).toBe(500)
    expect((await ask(url, question('x'))).text).toContain('far')
    const read = async (path: string) => (await fetch(root + path)).json()
    expect(await read('/__stats')).toMatchObject({ requests: 2, refused: 1, whole: 1 })
    expect(await read('/__requests')).toMatchObject([
      { body: question('x'), status: 500 },
      { finished: true },
    ])
    expect(await order({ reset: true })).toBe(200)
    expect(await read('/__requests')).toEqual([])
    expect((await fetch(`${root}/__nothing`)).status).toBe(404)
  } finally {
    child.kill('SIGTERM')
  }
  await once(child, 'exit')
  expect([child.exitCode, child.signalCode]).toEqual([0, null])
})

import { once } from 'node:events'
import { createConnection } from 'node:net'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Behaviour, startUpstream, type Upstream, type Wire } from './index.ts'
import { ask, chunksOf, dataOf, open, question, type Seen, send } from './test-client.ts'

let upstream: Upstream
beforeAll(async () => {
  upstream = await startUpstream()
})
beforeEach(() => upstream.reset())
afterAll(() => upstream.close())

const body = question('x')
const streaming = question('x', { stream: true })

function played(behaviour: Behaviour, request: object = streaming): Promise<Seen> {
  upstream.enqueue(behaviour)
  return ask(upstream.url, request)
}
const wired = (wire: Wire, text = 'naïve 北京 🙂') => played({ kind: 'answer', text, wire })

/** Resolves with what was read once nothing more came in the time that a prompt server needs many times over. */
async function silentAfter(
  behaviour: Behaviour,
  request: object = streaming,
): Promise<{ status: number; text: string }> {
  upstream.enqueue(behaviour)
  const req = send(upstream.url, request)
  req.on('error', () => {})
  let seen = { status: 0, text: '' }
  req.on('response', (res) => {
    seen = { status: res.statusCode ?? 0, text: '' }
    res.on('error', () => {})
    res.on('data', (read) => {
      seen.text += read
    })
  })
  await new Promise((resolve) => setTimeout(resolve, 60))
  req.destroy()
  return seen
}

test('the bytes on the socket are HTTP/1.1 with chunked events, and the connection stays open for the next', async () => {
  const { port } = new URL(upstream.url)
  const socket = createConnection(Number(port), '127.0.0.1')
  const json = JSON.stringify(streaming)
  const request = `POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer k\r\nContent-Type: application/json\r\nContent-Length: ${json.length}\r\n\r\n${json}`
  let bytes = ''
  socket.on('data', (read) => {
    bytes += read
  })
  for (const answers of [1, 2]) {
    socket.write(request)
    while (bytes.split('\r\n0\r\n\r\n').length <= answers) await once(socket, 'data')
  }
  socket.destroy()
  expect(bytes).toMatch(/^HTTP\/1\.1 200 OK\r\ncontent-type: text\/event-stream; charset=utf-8\r\n/)
  expect(bytes).toMatch(
    /\r\n\r\n[0-9a-f]+\r\ndata: \{"id":"chatcmpl-[0-9a-f]{24}","object":"chat\.completion\.chunk"/,
  )
  expect(bytes).toMatch(/data: \[DONE\]\n\n\r\n0\r\n\r\n$/)
})

test('by default all events come in one write; with a delay each comes alone, as late as told', async () => {
  expect((await played({ kind: 'answer', text: 'a b c' })).reads).toHaveLength(1)
  const startedAt = performance.now()
  const { reads } = await played({ kind: 'answer', text: 'a b c', delayMs: 10 })
  expect(reads.map((read) => dataOf(read.toString()).length)).toEqual([1, 1, 1, 1, 1, 1])
  expect(performance.now() - startedAt).toBeGreaterThan(45)
})

test('events can be told to come several in a write', async () => {
  const { reads } = await wired({ together: 2 }, 'a b c')
  expect(reads.map((read) => dataOf(read.toString()).length)).toEqual([2, 2, 2])
})

test('cut at every byte, inside characters or at offsets, the pieces are their own reads and join to the same stream', async () => {
  const whole = (await wired({})).text
  expect(whole).toContain('北京')
  const everyByte = await wired({ cut: 'every-byte' })
  expect([everyByte.text, everyByte.reads.every((read) => read.length === 1)]).toEqual([whole, true])
  const inside = await wired({ cut: 'inside-characters' })
  // ï, 北, 京 and 🙂: each cut leaves a first byte behind that is no character alone.
  expect([inside.text, inside.reads.length]).toEqual([whole, 5])
  expect(inside.reads.slice(0, -1).every((read) => (read.at(-1) ?? 0) >= 0xc0)).toBe(true)
  const offsets = await wired({ cut: [10, 3] })
  expect([offsets.text, offsets.reads.map((read) => read.length)]).toEqual([
    whole,
    [3, 7, Buffer.byteLength(whole) - 10],
  ])
})

test('a body without stream can be cut too', async () => {
  const { reads, text } = await played({ kind: 'answer', text: 'é', wire: { cut: 'every-byte' } }, body)
  expect(reads.length).toBe(Buffer.byteLength(text))
  expect(JSON.parse(text).choices[0].message.content).toBe('é')
})

test('line ends, the missing space, comments, several data lines and the missing [DONE] are as told', async () => {
  const plain = (await wired({})).text
  expect((await wired({ eol: '\r\n' })).text).toBe(plain.replaceAll('\n', '\r\n'))
  expect((await wired({ eol: '\r' })).text).toBe(plain.replaceAll('\n', '\r'))
  expect((await wired({ space: false })).text).toBe(plain.replaceAll('data: ', 'data:'))
  expect((await wired({ comments: true })).text).toBe(plain.replaceAll('data: ', ': keepalive\n\ndata: '))
  expect((await wired({ done: false })).text).toBe(plain.replace('data: [DONE]\n\n', ''))
  const [first = ''] = (await wired({ multiline: true })).text.split('\n\n')
  const lines = first.split('\n').map((line) => line.replace('data: ', ''))
  expect(lines.length).toBeGreaterThan(5)
  expect(JSON.parse(lines.join('\n'))).toEqual(chunksOf(plain)[0])
})

test('the first chunk can have empty choices', async () => {
  const [first, second] = chunksOf((await wired({ emptyFirst: true })).text)
  expect([first?.choices, second?.choices[0]?.delta.role]).toEqual([[], 'assistant'])
})

test('a hang is silent from its moment on', async () => {
  expect(await silentAfter({ kind: 'hang', after: 'nothing' })).toEqual({ status: 0, text: '' })
  expect(await silentAfter({ kind: 'hang', after: 'headers' })).toEqual({ status: 200, text: '' })
  const { text } = await silentAfter({ kind: 'hang', after: 2, text: 'a b' })
  expect(chunksOf(text).map(({ choices }) => choices[0]?.delta.content)).toEqual(['', 'a'])
  const half = await silentAfter({ kind: 'hang', after: 1 }, body)
  expect(half.text).toMatch(/^\{"id"/)
  expect(half.text.endsWith('}')).toBe(false)
})

test.each([false, true])('a reset breaks the connection at its moment (rst: %s)', async (rst) => {
  await expect(played({ kind: 'reset', after: 'nothing', rst })).rejects.toThrow(/hang up|ECONNRESET/)
  expect(await played({ kind: 'reset', after: 'headers', rst })).toMatchObject({
    status: 200,
    text: '',
    complete: false,
  })
  const broken = await played({ kind: 'reset', after: 3, text: 'a b c', rst })
  expect(broken.complete).toBe(false)
  expect(chunksOf(broken.text).map(({ choices }) => choices[0]?.delta.content)).toEqual(['', 'a', ' b'])
  expect(await played({ kind: 'reset', after: 1, rst }, body)).toMatchObject({ status: 200, complete: false })
  await expect.poll(() => upstream.served).toMatchObject({ dropped: 4, whole: 0, aborted: 0 })
})

test('a status is sent with its headers and its JSON, text or HTML; alone it is an OpenAI error', async () => {
  const limited = await played({ kind: 'status', status: 429, headers: { 'retry-after': '7' } })
  expect([limited.status, limited.headers['retry-after'], JSON.parse(limited.text).error.code]).toEqual([
    429,
    '7',
    'rate_limit_exceeded',
  ])
  const html = await played({ kind: 'status', status: 502, html: '<h1>Bad</h1>' })
  expect([html.status, html.headers['content-type'], html.text]).toEqual([502, 'text/html', '<h1>Bad</h1>'])
  const odd = await played({ kind: 'status', status: 500, json: { message: 'broken', code: 17 } })
  expect(JSON.parse(odd.text)).toEqual({ message: 'broken', code: 17 })
  expect((await played({ kind: 'status', status: 500, json: null })).text).toBe('null')
  expect((await played({ kind: 'status', status: 503, text: '' })).text).toBe('')
  await expect.poll(() => upstream.served).toMatchObject({ refused: 5, whole: 0 })
})

test('an error in the stream is the first event or follows n, and nothing comes after it', async () => {
  const first = chunksOf((await played({ kind: 'error-in-stream' })).text)
  expect([first.length, first[0]?.error?.type]).toEqual([1, 'server_error'])
  const later = await played({
    kind: 'error-in-stream',
    afterEvents: 2,
    error: { message: 'late', code: 502 },
  })
  expect(chunksOf(later.text).map((chunk) => chunk.error?.code ?? chunk.choices.length)).toEqual([1, 1, 502])
  expect([later.status, later.complete, later.text.includes('[DONE]')]).toEqual([200, true, false])
  expect(JSON.parse((await played({ kind: 'error-in-stream', error: 'no' }, body)).text)).toEqual({
    error: 'no',
  })
})

test('malformed JSON is one broken event among good ones, or a body cut in half', async () => {
  const data = dataOf((await played({ kind: 'malformed-json', afterEvents: 1, text: 'a' })).text)
  const broken = data.map((text) => {
    try {
      return typeof JSON.parse(text)
    } catch {
      return text === '[DONE]' ? 'done' : 'broken'
    }
  })
  expect(broken).toEqual(['object', 'broken', 'object', 'object', 'done'])
  const half = await played({ kind: 'malformed-json' }, body)
  expect([half.status, half.complete]).toEqual([200, true])
  expect(() => JSON.parse(half.text)).toThrow(SyntaxError)
})

test('a slow first byte comes after headers or with them', async () => {
  for (const headersFirst of [true, false]) {
    upstream.enqueue({ kind: 'slow-first-byte', ms: 80, headersFirst, text: 'late' })
    const startedAt = performance.now()
    const { res } = await open(upstream.url, streaming)
    const headersMs = performance.now() - startedAt
    const [read] = await once(res, 'data')
    expect(performance.now() - startedAt).toBeGreaterThan(75)
    expect(headersMs < 75).toBe(headersFirst)
    expect(String(read)).toContain('data: ')
    res.destroy()
  }
})

test('a long line has its size and no line end', async () => {
  const { text, complete } = await played({ kind: 'long-line', megabytes: 2 })
  expect([complete, text.includes('\n'), text.slice(-8)]).toEqual([true, false, 'aaaaaaaa'])
  expect(text.length).toBeGreaterThan(2 << 20)
  const whole = JSON.parse((await played({ kind: 'long-line', megabytes: 2 }, body)).text)
  expect(whole.choices[0].message.content).toHaveLength(2 << 20)
})

test('a trickle comes a few bytes at a time and is whole in the end', async () => {
  const { reads, text } = await played({ kind: 'trickle', everyMs: 1, bytes: 40, text: 'a b' })
  expect(reads.slice(0, -1).every((read) => read.length === 40)).toBe(true)
  expect(text.endsWith('[DONE]\n\n')).toBe(true)
})

test('raw bytes are sent as they are, each item its own write, and then the connection ends, hangs or drops', async () => {
  const writes = ['data: {"a"', { base64: Buffer.from([0xff, 0x00]).toString('base64') }]
  const ended = await played({ kind: 'raw', status: 206, headers: { 'x-odd': '1' }, writes })
  expect([ended.status, ended.headers['x-odd'], ended.complete]).toEqual([206, '1', true])
  expect(ended.reads).toEqual([Buffer.from('data: {"a"'), Buffer.from([0xff, 0x00])])
  expect(await played({ kind: 'raw', writes, ending: 'drop' })).toMatchObject({ complete: false })
  expect((await silentAfter({ kind: 'raw', writes: ['data: '], ending: 'hang' })).text).toBe('data: ')
})

import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Behaviour, startUpstream, type Upstream, type Wire } from '../index.ts'
import { ask, messages, namedEventsOf, type Seen } from '../test-client.ts'

let upstream: Upstream
beforeAll(async () => {
  upstream = await startUpstream()
})
beforeEach(() => upstream.reset())
afterAll(() => upstream.close())

const body = { model: 'claude-test', max_tokens: 100, messages: [{ role: 'user', content: 'x' }] }
const streaming = { ...body, stream: true }

function played(behaviour: Behaviour, request: object = streaming): Promise<Seen> {
  upstream.enqueue(behaviour)
  return ask(upstream.url, request, messages)
}
const wired = (wire: Wire) => played({ kind: 'answer', text: 'naïve 北京', wire })
const names = ({ text }: Seen) => namedEventsOf(text).map(({ name }) => name)

test('line ends, the missing space, comments, several data lines and cuts are as told', async () => {
  const plain = (await wired({})).text
  expect(plain).toMatch(/^event: message_start\ndata: \{"type":"message_start"/)
  expect((await wired({ eol: '\r\n' })).text).toBe(plain.replaceAll('\n', '\r\n'))
  expect((await wired({ space: false })).text).toBe(plain.replaceAll(/^(event|data): /gm, '$1:'))
  expect((await wired({ comments: true })).text).toBe(
    plain.replaceAll(/^event: /gm, ': keepalive\n\nevent: '),
  )
  expect((await wired({ multiline: true })).text).toMatch(/^event: message_start\ndata: \{\ndata: {2}"type"/)
  const cut = await wired({ cut: 'every-byte' })
  expect([cut.text, cut.reads.every((read) => read.length === 1)]).toEqual([plain, true])
  expect((await wired({ together: 4 })).reads).toHaveLength(2)
})

test('there is one ping, or one between every two events, or one before them all', async () => {
  const plain = names(await wired({}))
  expect(plain.filter((name) => name === 'ping')).toHaveLength(1)
  const without = plain.filter((name) => name !== 'ping')
  const pings = names(await wired({ pings: true }))
  expect(pings).toEqual(without.flatMap((name, index) => (index > 0 ? ['ping', name] : [name])))
  expect(names(await wired({ emptyFirst: true }))).toEqual(['ping', ...plain])
})

test('message_stop can be missing', async () => {
  expect(names(await wired({ done: false })).at(-1)).toBe('message_delta')
})

test.each([
  [400, 'invalid_request_error'],
  [401, 'authentication_error'],
  [402, 'billing_error'],
  [403, 'permission_error'],
  [404, 'not_found_error'],
  [413, 'request_too_large'],
  [429, 'rate_limit_error'],
  [500, 'api_error'],
  [504, 'timeout_error'],
  [529, 'overloaded_error'],
])('a status %i alone is an error of type %s, with its id in body and header', async (status, type) => {
  const seen = await played({ kind: 'status', status, headers: { 'retry-after': '7' } })
  const { request_id: id, ...error } = JSON.parse(seen.text)
  expect(error).toMatchObject({ type: 'error', error: { type, message: expect.any(String) } })
  expect([seen.status, seen.headers['request-id'], seen.headers['retry-after']]).toEqual([status, id, '7'])
})

test('an error in the stream is an error event after n events, and nothing comes after it', async () => {
  const late = await played({ kind: 'error-in-stream', afterEvents: 4 })
  expect([late.status, names(late)]).toEqual([
    200,
    ['message_start', 'content_block_start', 'ping', 'content_block_delta', 'error'],
  ])
  expect(namedEventsOf(late.text).at(-1)?.data).toMatchObject({
    type: 'error',
    error: { type: 'overloaded_error' },
  })
  const own = await played({ kind: 'error-in-stream', error: { type: 'api_error', message: 'late' } })
  expect(namedEventsOf(own.text).map(({ data }) => data.error)).toEqual([
    { type: 'api_error', message: 'late' },
  ])
  const whole = await played({ kind: 'error-in-stream' }, body)
  expect([whole.status, JSON.parse(whole.text).type]).toEqual([200, 'error'])
})

test('malformed JSON is one broken event among good ones', async () => {
  const { text } = await played({ kind: 'malformed-json', afterEvents: 1 })
  const [, broken = '', next = ''] = text.split('\n\n')
  expect(broken).toMatch(/^event: content_block_delta\ndata: \{/)
  expect(() => JSON.parse(broken.split('data: ')[1] ?? '')).toThrow(SyntaxError)
  expect(next).toMatch(/^event: content_block_start/)
})

test('resets and cuts count events in this dialect too', async () => {
  const broken = await played({ kind: 'reset', after: 4, text: 'a b c' })
  expect([broken.complete, names(broken).at(-1)]).toEqual([false, 'content_block_delta'])
  await expect(played({ kind: 'reset', after: 'nothing', rst: true })).rejects.toThrow(/hang up|ECONNRESET/)
})

test('a firehose repeats one text delta inside a whole message, and counts its words', async () => {
  const { text } = await played({ kind: 'firehose', events: 500, text: 'one two ' })
  const events = namedEventsOf(text)
  expect(
    events.filter(({ data }) => (data.delta as { text?: string } | undefined)?.text === 'one two '),
  ).toHaveLength(500)
  expect(events.at(-2)?.data).toMatchObject({ type: 'message_delta', usage: { output_tokens: 1000 } })
  expect([events[0]?.name, events.at(-1)?.name]).toEqual(['message_start', 'message_stop'])
})

test('a long line is a text delta without its end', async () => {
  const { text } = await played({ kind: 'long-line', megabytes: 1 })
  expect(text).toMatch(/^event: content_block_delta\ndata: .*"text_delta".*a{8}$/)
  const whole = JSON.parse((await played({ kind: 'long-line', megabytes: 1 }, body)).text)
  expect(whole.content[0].text).toHaveLength(1 << 20)
})

test('requests are recorded with their dialect, in the order they came', async () => {
  await ask(upstream.url, body, messages)
  await ask(upstream.url, body)
  await ask(upstream.url, {}, { ...messages, path: '/nowhere' })
  expect(upstream.requests.map(({ dialect, path, status }) => [dialect, path, status])).toEqual([
    ['anthropic', '/v1/messages', 200],
    ['openai', '/v1/chat/completions', 200],
    ['anthropic', '/v1/nowhere', 404],
  ])
})

// What the client is told: whole answers and streams, from any upstream, cut anywhere.
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import {
  type Behaviour,
  chatRequest,
  chatStream,
  eventsOf,
  eventually,
  type SseEvent,
  useOnePortal,
} from '../test/index.ts'

const { portal } = useOnePortal()
let secret: string
beforeAll(async () => {
  secret = (await portal().aKey()).secret
})
beforeEach(() => portal().upstream.reset())

type Answer = Omit<Extract<Behaviour, { kind: 'answer' }>, 'kind'>
const ask = (body: unknown, headers: Record<string, string> = {}) =>
  portal().post({ key: secret, body, headers })
const withUsage = { stream_options: { include_usage: true } }

async function streamed(behaviour: Behaviour, fields: Record<string, unknown> = {}) {
  portal().upstream.enqueue(behaviour)
  const response = await ask(chatStream(fields))
  const text = await response.text()
  return { response, text, events: eventsOf(text) }
}

type Chunk = {
  id: string
  model: string
  choices: { index: number; delta: { content?: string; role?: string }; finish_reason: string | null }[]
  usage?: Record<string, unknown> | null
}
const chunksOf = (events: SseEvent[]) =>
  events.flatMap(({ json }) => (json && 'choices' in json ? [json as unknown as Chunk] : []))
const textOf = (events: SseEvent[], index = 0) =>
  chunksOf(events)
    .flatMap(({ choices }) => choices)
    .filter((choice) => choice.index === index)
    .map(({ delta }) => delta.content ?? '')
    .join('')
const finishesOf = (events: SseEvent[]) =>
  chunksOf(events).flatMap(({ choices }) =>
    choices.flatMap((c) => (c.finish_reason ? [c.finish_reason] : [])),
  )
const usageEventsOf = (events: SseEvent[]) =>
  chunksOf(events).filter(({ choices, usage }) => choices.length === 0 && usage)
const doneCount = (events: SseEvent[]) => events.filter(({ data }) => data === '[DONE]').length

describe('whole answers', () => {
  test('[GW-A1] the answer is the upstream’s own but for the model’s name', async () => {
    const extra = { provider: 'somebody', service_tier: 'default', odd: { nested: [1, null] } }
    portal().upstream.enqueue({ kind: 'answer', text: 'Hello', extra })
    const answer = await (await ask(chatRequest())).json()
    expect(answer).toMatchObject({ ...extra, model: 'test-model', system_fingerprint: 'fp_sandbox' })
  })

  test.each(['missing', undefined] as const)(
    '[GW-A1] usage (%s upstream) is always there',
    async (usageAs) => {
      portal().upstream.enqueue({ kind: 'answer', text: 'one two three', ...(usageAs && { usageAs }) })
      const { usage } = (await (await ask(chatRequest())).json()) as { usage: Record<string, number> }
      expect(usage.prompt_tokens).toBeGreaterThan(0)
      expect(usage.completion_tokens).toBeGreaterThan(0)
      expect(usage.total_tokens).toBe(Number(usage.prompt_tokens) + Number(usage.completion_tokens))
    },
  )

  test('[GW-A1] an explicit usage of 0 stays 0', async () => {
    portal().upstream.enqueue({ kind: 'answer', text: 'one two', usageAs: 'zero' })
    const { usage } = (await (await ask(chatRequest())).json()) as { usage: Record<string, number> }
    expect(usage.completion_tokens).toBe(0)
  })

  test('[GW-A1] n choices arrive, all of them', async () => {
    const { choices } = (await (await ask(chatRequest({ n: 3 }))).json()) as { choices: unknown[] }
    expect(choices).toHaveLength(3)
  })

  test('[GW-A7] [E-08] the request id is the ledger’s own; the client’s is kept beside it', async () => {
    for (const header of ['x-request-id', 'x-client-request-id']) {
      const mine = `mine-${header}`
      const response = await ask(chatRequest(), { [header]: mine })
      const id = response.headers.get('x-request-id')
      expect(id).toMatch(/^req_/)
      const [row] = await portal().ledgerRows(`id = '${id}'`)
      expect(row).toMatchObject({ id, client_request_id: mine, status: 'ok' })
    }
  })

  test.each([404, 400, 401])('[GW-A7] [E-08] an answer of %i has a request id too', async (status) => {
    const bodies = { 404: { model: 'nope' }, 400: { n: 0 }, 401: {} } as Record<number, object>
    const key = status === 401 ? 'sk-live-nope' : secret
    const response = await portal().post({ key, body: chatRequest({ ...bodies[status] }) })
    expect(response.status).toBe(status)
    expect(response.headers.get('x-request-id')).toMatch(/^req_/)
    const { error } = (await response.json()) as { error: object }
    expect(Object.keys(error)).toEqual(expect.arrayContaining(['message', 'type', 'param', 'code']))
  })
})

describe('streams', () => {
  test('[GW-A2] [S-32] an event stream: in order, one end mark, headers that keep proxies from buffering', async () => {
    const { response, text, events } = await streamed({ kind: 'answer', text: 'one two three' })
    expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/)
    expect(response.headers.get('cache-control')).toContain('no-cache')
    expect(response.headers.get('x-accel-buffering')).toBe('no')
    expect(textOf(events)).toBe('one two three')
    expect(chunksOf(events)[0]?.choices[0]?.delta.role).toBe('assistant')
    expect(finishesOf(events)).toEqual(['stop'])
    expect(chunksOf(events).every(({ model }) => model === 'test-model')).toBe(true)
    expect(text.endsWith('data: [DONE]\n\n')).toBe(true)
    expect(doneCount(events)).toBe(1)
  })

  const placements = [
    'missing',
    'zero',
    'duplicate',
    'finish-chunk',
    'separate-chunk',
    'null-until-last',
    'every-chunk',
  ] as const

  test.each(placements)('[GW-A2] usage %s: no usage event for a client that did not ask', async (usageAs) => {
    const { events } = await streamed({ kind: 'answer', text: 'one two three', usageAs })
    expect(usageEventsOf(events)).toEqual([])
    expect(textOf(events)).toBe('one two three')
    expect(doneCount(events)).toBe(1)
  })

  test.each(placements)(
    '[GW-A2] usage %s: one usage event, the last, for a client that asked',
    async (usageAs) => {
      const { events } = await streamed({ kind: 'answer', text: 'one two three', usageAs }, withUsage)
      const [usageEvent, ...more] = usageEventsOf(events)
      expect(more).toEqual([])
      expect(chunksOf(events).at(-1)).toBe(usageEvent)
      expect(usageEvent?.usage?.completion_tokens).toBe(usageAs === 'zero' ? 0 : 3)
      expect(textOf(events)).toBe('one two three')
    },
  )

  test('[GW-A2] running usage events are told once, in their last state', async () => {
    const chunk = (fields: object) =>
      `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [], ...fields })}\n\n`
    const counts = (n: number) => ({ usage: { prompt_tokens: 5, completion_tokens: n, total_tokens: 5 + n } })
    const said = (content: string, finish_reason: string | null = null) => ({
      choices: [{ index: 0, delta: { role: 'assistant', content }, finish_reason }],
    })
    const writes = [
      chunk(counts(0)),
      chunk(said('a')),
      chunk(counts(1)),
      chunk(said('b')),
      chunk(counts(2)),
      chunk(said('', 'stop')),
      'data: [DONE]\n\n',
    ]
    const { events } = await streamed({ kind: 'raw', writes }, withUsage)
    expect(textOf(events)).toBe('ab')
    expect(usageEventsOf(events).map(({ usage }) => usage?.completion_tokens)).toEqual([2])
    expect(events.at(-2)?.json).toMatchObject({ choices: [], usage: { completion_tokens: 2 } })
  })

  const text = 'Grüße an 世界 und 👩‍👩‍👧‍👦! "quoted" \\ and\nlines'
  const wires: [string, Answer['wire']][] = [
    ['cut at every byte', { cut: 'every-byte' }],
    ['cut inside characters', { cut: 'inside-characters' }],
    ['with CRLF', { eol: '\r\n' }],
    ['with CRLF, cut at every byte', { eol: '\r\n', cut: 'every-byte' }],
    ['with lone CR', { eol: '\r' }],
    ['with comments', { comments: true }],
    ['with comments, cut at every byte', { comments: true, cut: 'every-byte' }],
    ['without the space after the colon', { space: false }],
    ['over several data lines', { multiline: true }],
    [
      'over several data lines with CRLF, cut at every byte',
      { multiline: true, eol: '\r\n', cut: 'every-byte' },
    ],
    ['several events in one write', { together: 3 }],
    ['all in one write', { together: 1000 }],
    ['after a first chunk without choices', { emptyFirst: true }],
    ['without the end mark', { done: false }],
  ]
  test.each(wires)('[GW-A4] a stream %s reaches the client as the same events', async (_, wire) => {
    const plain = await streamed({ kind: 'answer', text }, withUsage)
    const other = await streamed({ kind: 'answer', text, ...(wire && { wire }) }, withUsage)
    const skipped = wire?.emptyFirst ? 1 : 0
    expect(other.events.slice(skipped).map(({ json, data }) => json ?? data)).toEqual(
      plain.events.map(({ json, data }) => json ?? data),
    )
    expect(textOf(other.events)).toBe(text)
  })

  test('[GW-A4] the official client reads the same answer from a stream cut at every byte', async () => {
    const finals = []
    for (const wire of [{}, { cut: 'every-byte', eol: '\r\n', comments: true }] as const) {
      portal().upstream.enqueue({ kind: 'answer', text, reasoning: ['hm', '…'], wire })
      const stream = portal()
        .client(secret)
        .chat.completions.stream({ model: 'test-model', messages: [{ role: 'user', content: 'Hi' }] })
      finals.push(await stream.finalChatCompletion())
    }
    expect(finals[1]).toEqual(finals[0])
    expect(finals[0]?.choices[0]?.message.content).toBe(text)
  })

  test('[GW-A2] n choices end each by itself, and the stream once', async () => {
    const { events } = await streamed({ kind: 'answer', text: 'a b' }, { n: 3 })
    for (const index of [0, 1, 2]) expect(textOf(events, index)).toBe('a b')
    expect(finishesOf(events)).toEqual(['stop', 'stop', 'stop'])
    expect(doneCount(events)).toBe(1)
  })

  test('[GW-A2] choices that end together in one chunk have all ended, also without an end mark', async () => {
    const chunk = (choices: object[]) =>
      `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices })}\n\n`
    const both = (delta: object, finish_reason: string | null) =>
      [0, 1].map((index) => ({ index, delta, finish_reason }))
    const writes = [chunk(both({ role: 'assistant', content: 'x' }, null)), chunk(both({}, 'stop'))]
    const { events } = await streamed({ kind: 'raw', writes }, { n: 2 })
    expect(finishesOf(events)).toEqual(['stop', 'stop'])
    expect(doneCount(events)).toBe(1)
  })

  test('[GW-A2] a finish that is repeated does not stand for another choice', async () => {
    const chunk = (choices: object[]) =>
      `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices })}\n\n`
    const of = (index: number, content: string, finish_reason: string | null = null) =>
      chunk([{ index, delta: { role: 'assistant', content }, finish_reason }])
    const writes = [
      of(0, 'a'),
      of(0, '', 'stop'),
      of(0, '', 'stop'),
      of(1, 'b'),
      of(1, '', 'stop'),
      'data: [DONE]\n\n',
    ]
    const { events } = await streamed({ kind: 'raw', writes }, { n: 2 })
    // The repetition is the upstream's, and passed on.
    expect(portal().streamFaults.splice(0)).toHaveLength(1)
    expect([textOf(events, 0), textOf(events, 1)]).toEqual(['a', 'b'])
    expect(doneCount(events)).toBe(1)
  })

  test('an answer without any text is an answer', async () => {
    const { events, response } = await streamed({
      kind: 'answer',
      chunks: [],
      finishReason: 'content_filter',
    })
    expect(response.status).toBe(200)
    expect(finishesOf(events)).toEqual(['content_filter'])
    expect(portal().upstream.requests).toHaveLength(1)
  })

  test('an upstream that falls silent after the finish gets five seconds, then the answer ends whole', async () => {
    portal().upstream.enqueue({ kind: 'hang', after: 5, text: 'one two three', usageAs: 'missing' })
    const response = await ask(chatStream())
    const reading = response.text()
    await eventually(() => expect(portal().upstream.requests[0]?.bytesWritten).toBeGreaterThan(700))
    await eventually(() => {
      portal().tick(5001)
      expect(portal().held().openLeases).toBe(0)
    })
    const events = eventsOf(await reading)
    expect(textOf(events)).toBe('one two three')
    expect(finishesOf(events)).toEqual(['stop'])
    expect(doneCount(events)).toBe(1)
    await portal().upstream.requests[0]?.aborted
  })

  test('a connection that breaks after the finish has delivered a whole answer', async () => {
    const { events } = await streamed({ kind: 'reset', after: 5, rst: true, text: 'one two three' })
    expect(finishesOf(events)).toEqual(['stop'])
    expect(doneCount(events)).toBe(1)
  })

  test('what is left of an event when the upstream closes after the finish spoils nothing', async () => {
    const chunk = (fields: object) =>
      `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', ...fields })}\n\n`
    const said = (content: string, finish_reason: string | null = null) =>
      chunk({ choices: [{ index: 0, delta: { role: 'assistant', content }, finish_reason }] })
    const { events } = await streamed({
      kind: 'raw',
      writes: [said('a'), said('', 'stop'), 'data: {"id":"c","cho'],
    })
    expect(finishesOf(events)).toEqual(['stop'])
    expect(doneCount(events)).toBe(1)
  })
})

describe('failures in a stream', () => {
  const failing: [string, Behaviour][] = [
    ['an error event', { kind: 'error-in-stream', afterEvents: 3, text: 'one two three four' }],
    ['a malformed event', { kind: 'malformed-json', afterEvents: 3, text: 'one two three four' }],
    ['a reset', { kind: 'reset', after: 3, rst: true, text: 'one two three four' }],
    ['a close', { kind: 'reset', after: 3, text: 'one two three four' }],
  ]

  test.each(failing)(
    '[GW-A5] %s after content is one error event and the end, never tried again',
    async (_, behaviour) => {
      const { response, text, events } = await streamed(behaviour)
      expect(response.status).toBe(200)
      expect(textOf(events)).toBe('one two')
      expect(events.at(-1)?.json).toMatchObject({
        error: { message: expect.any(String), type: 'api_error', code: 'upstream_error' },
      })
      expect(events.filter(({ json }) => json && 'error' in json)).toHaveLength(1)
      expect(text).not.toContain('[DONE]')
      expect(portal().upstream.requests).toHaveLength(1)
      await eventually(() => expect(portal().held()).toEqual({ openLeases: 0, heldTokens: 0 }))
    },
  )

  const early: [string, Behaviour][] = [
    ['an error event', { kind: 'error-in-stream', afterEvents: 0 }],
    ['an error event after the role', { kind: 'error-in-stream', afterEvents: 1 }],
    ['a malformed event', { kind: 'malformed-json' }],
    ['a reset before headers', { kind: 'reset', after: 'nothing', rst: true }],
    ['a reset after headers', { kind: 'reset', after: 'headers', rst: true }],
    ['a reset after the role', { kind: 'reset', after: 1, rst: true }],
    ['an end mark alone', { kind: 'raw', writes: ['data: [DONE]\n\n'] }],
    ['nothing at all', { kind: 'raw', writes: [] }],
    ['a page of HTML', { kind: 'raw', headers: { 'content-type': 'text/html' }, writes: ['<html>'] }],
    ['a 503', { kind: 'status', status: 503 }],
  ]

  test.each(early)(
    '[GW-A3] %s before content is made good by another try, and leaves no trace',
    async (_, behaviour) => {
      const { response, events } = await streamed(behaviour)
      expect(response.status).toBe(200)
      expect(textOf(events)).toBe('You said: Say hello to the world')
      expect(chunksOf(events).filter(({ choices }) => choices[0]?.delta.role)).toHaveLength(1)
      expect(new Set(chunksOf(events).map(({ id }) => id)).size).toBe(1)
      expect(portal().upstream.requests).toHaveLength(2)
    },
  )

  test.each(early)('[GW-A3] %s each time is an ordinary error with its status', async (_, behaviour) => {
    portal().upstream.setDefault(behaviour)
    const response = await ask(chatStream())
    expect(response.status).toBeGreaterThanOrEqual(500)
    expect(response.headers.get('content-type')).toContain('application/json')
    expect(await response.json()).toMatchObject({ error: { type: 'api_error' } })
    await eventually(() => expect(portal().held()).toEqual({ openLeases: 0, heldTokens: 0 }))
  })

  test.each([
    [429, 429],
    ['400', 400],
    [503, 503],
    ['overloaded', 502],
  ])('[GW-A3] a first event with an error of code %j is a %i', async (code, status) => {
    portal().upstream.setDefault({ kind: 'error-in-stream', error: { message: 'Sorry.', code } })
    expect((await ask(chatStream())).status).toBe(status)
  })

  test('[GW-A3] an error inside a whole answer’s 200 is an error', async () => {
    portal().upstream.setDefault({ kind: 'error-in-stream', error: { message: 'Sorry.', code: 503 } })
    expect((await ask(chatRequest())).status).toBe(503)
  })
})

describe('silence', () => {
  test('[GW-A6] a comment is sent after 15 seconds of silence, not before', async () => {
    portal().upstream.enqueue({ kind: 'hang', after: 3, text: 'one two three' })
    const response = await ask(chatStream())
    const reader = (response.body as ReadableStream<Uint8Array>)
      .pipeThrough(new TextDecoderStream())
      .getReader()
    let text = ''
    while (!text.includes('two')) text += (await reader.read()).value ?? ''
    portal().tick(14_000)
    portal().tick(15_001)
    while (!text.includes(':')) text += (await reader.read()).value ?? ''
    text += (await reader.read()).value ?? ''
    expect(text.match(/^: ping$/gm)).toHaveLength(1)
    await reader.cancel()
    await portal().upstream.requests[0]?.aborted
  })

  test('[GW-A6] comments come before the first content too, and a failure after them is an event', async () => {
    portal().upstream.setDefault({ kind: 'hang', after: 'headers' })
    const asking = ask(chatStream())
    await eventually(() => {
      portal().tick(15_001)
      expect(portal().upstream.requests).toHaveLength(1)
    })
    portal().tick(15_001)
    const response = await asking
    expect(response.status).toBe(200)
    portal().tick(300_001)
    const text = await response.text()
    expect(text).toMatch(/^: ping\n\n/)
    expect(eventsOf(text).at(-1)?.json).toMatchObject({ error: { code: 'upstream_timeout' } })
    expect(text).not.toContain('[DONE]')
  })
})

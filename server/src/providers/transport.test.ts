import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { eventually } from '../test/index.ts'
import { createInProcessTransport } from './in-process-transport.ts'
import { createHttpTransport, type Receiver, type Transport, type TransportRequest } from './transport.ts'

const cleanUps: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp()
})

function aReceiver() {
  const heard: string[] = []
  const receiver: Receiver = {
    onStart: (status) => void heard.push(`start ${status}`),
    onData: (chunk) => void heard.push(String(chunk)),
    onEnd: () => void heard.push('end'),
    onFailure: () => void heard.push('failure'),
  }
  return { heard, receiver }
}

async function aServer(handle: Parameters<typeof createServer>[1]): Promise<{ server: Server; url: string }> {
  const server = createServer(handle)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  cleanUps.push(() => {
    server.closeAllConnections()
    server.close()
  })
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/base/` }
}

function aTransport(url: string): Transport {
  const transport = createHttpTransport(url)
  cleanUps.push(() => transport.close())
  return transport
}

const aRequest = { path: '/chat/completions', headers: { 'content-type': 'application/json' }, body: '{}' }

test('a request goes to the base URL’s own path, and its answer is heard in order', async () => {
  const paths: (string | undefined)[] = []
  const { url } = await aServer((req, res) => {
    paths.push(`${req.method} ${req.url}`)
    res.write('one')
    res.end('two')
  })
  const { heard, receiver } = aReceiver()
  aTransport(url).send(aRequest, receiver)
  await eventually(() => expect(heard.at(-1)).toBe('end'))
  expect(paths).toEqual(['POST /base/chat/completions'])
  expect(heard[0]).toBe('start 200')
  expect(heard.slice(1, -1).join('')).toBe('onetwo')
})

test.each([
  ['base/', '/v1/messages', '/base/v1/messages'],
  ['base/v1', '/v1/messages', '/base/v1/messages'],
  ['base/v1/', '/chat/completions', '/base/v1/chat/completions'],
])('a base URL that ends in %s and the path %s make %s', async (base, path, expected) => {
  const paths: (string | undefined)[] = []
  const { url } = await aServer((req, res) => {
    paths.push(req.url)
    res.end()
  })
  const { heard, receiver } = aReceiver()
  aTransport(new URL(`/${base}`, url).href).send({ ...aRequest, path }, receiver)
  await eventually(() => expect(heard.at(-1)).toBe('end'))
  expect(paths).toEqual([expected])
})

test.each(['http://127.0.0.1:9', 'http://nowhere.invalid'])(
  'a server that is not there (%s) is a failure',
  async (url) => {
    const { heard, receiver } = aReceiver()
    aTransport(url).send(aRequest, receiver)
    await eventually(() => expect(heard).toEqual(['failure']))
  },
)

test('[GW-U2] an aborted request is heard of no more, and the server sees it go', async () => {
  let gone = false
  const { url } = await aServer((_, res) => {
    res.on('close', () => {
      gone = true
    })
    res.write('one')
  })
  const { heard, receiver } = aReceiver()
  const exchange = aTransport(url).send(aRequest, receiver)
  await eventually(() => expect(heard).toContain('one'))
  exchange.abort()
  exchange.abort()
  await eventually(() => expect(gone).toBe(true))
  expect(heard).toEqual(['start 200', 'one'])
})

test('[GW-U2] a request aborted before it was sent never reaches the server', async () => {
  let requests = 0
  const { url } = await aServer((_, res) => {
    requests += 1
    res.end()
  })
  const transport = aTransport(url)
  const first = aReceiver()
  transport.send(aRequest, first.receiver).abort()
  const second = aReceiver()
  transport.send(aRequest, second.receiver)
  await eventually(() => expect(second.heard).toEqual(['start 200', 'end']))
  expect([first.heard, requests]).toEqual([[], 1])
})

test('what cannot be sent at all is a failure too', async () => {
  const transport = aTransport('http://127.0.0.1:9')
  const { heard, receiver } = aReceiver()
  transport.send({ ...aRequest, headers: { authorization: 'Bearer a\nb' } }, receiver)
  await eventually(() => expect(heard).toEqual(['failure']))
  await transport.close()
  transport.send(aRequest, receiver)
  await eventually(() => expect(heard).toEqual(['failure', 'failure']))
})

test('[GW-U3] a paused exchange reads no further, a resumed one reads everything', async () => {
  const { url } = await aServer((_, res) => {
    res.end('x'.repeat(20_000_000))
  })
  let bytes = 0
  let ended = false
  const exchange = aTransport(url).send(aRequest, {
    ...aReceiver().receiver,
    onData: (chunk) => {
      if (bytes === 0) exchange.pause()
      bytes += chunk.length
    },
    onEnd: () => {
      ended = true
    },
  })
  await eventually(() => expect(bytes).toBeGreaterThan(0))
  expect(bytes).toBeLessThan(1_000_000)
  exchange.resume()
  await eventually(() => expect(ended).toBe(true))
  expect(bytes).toBe(20_000_000)
})

test('in process: chunks in order, held back while paused, and none after an abort', async () => {
  let stopped = false
  async function* body(signal: AbortSignal) {
    for (let i = 0; i < 100 && !signal.aborted; i++) yield `${i} `
    stopped = signal.aborted
  }
  const transport = createInProcessTransport({
    respond: (_, signal) => ({ status: 200, headers: {}, body: body(signal) }),
  })
  const whole = aReceiver()
  transport.send(aRequest, whole.receiver)
  await eventually(() => expect(whole.heard.at(-1)).toBe('end'))
  expect(whole.heard).toHaveLength(102)

  const { heard, receiver } = aReceiver()
  const exchange = transport.send(aRequest, {
    ...receiver,
    onData(chunk) {
      receiver.onData(chunk)
      if (heard.length === 5) exchange.pause()
    },
  })
  await eventually(() => expect(heard).toHaveLength(5))
  exchange.resume()
  await eventually(() => expect(heard.at(-1)).toBe('end'))

  const left = aReceiver()
  const leaving = transport.send(aRequest, {
    ...left.receiver,
    onData(chunk) {
      left.receiver.onData(chunk)
      if (left.heard.length === 5) leaving.abort()
    },
  })
  await eventually(() => expect(stopped || left.heard.length === 5).toBe(true))
  expect(left.heard).toHaveLength(5)
})

test('an answer that was heard to its last word leaves its connection for the next request', async () => {
  let connections = 0
  let ended = 0
  const { server, url } = await aServer((_, res) => {
    res.write('last word')
    setTimeout(() => res.end(() => void ended++), 20)
  })
  server.on('connection', () => void connections++)
  const transport = aTransport(url)
  for (let i = 1; i <= 5; i++) {
    const { heard, receiver } = aReceiver()
    const exchange = transport.send(aRequest, receiver)
    await eventually(() => expect(heard).toContain('last word'))
    exchange.release()
    await eventually(() => expect(ended).toBe(i))
    // What has left the server is read within a few turns of the loop that both share.
    for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate)
    expect(heard).not.toContain('end')
  }
  // On a busy machine the end may still arrive after the next request was sent.
  expect(connections).toBeLessThan(5)
})

/** A server that breaks every connection that is used twice, as one does whose idle connections it has just closed. */
async function aForgetfulServer() {
  const used = new Set<unknown>()
  let requests = 0
  const { url } = await aServer((req, res) => {
    requests += 1
    if (used.has(req.socket)) req.socket.destroy()
    used.add(req.socket)
    // Some at once, so that each has a connection.
    setTimeout(() => res.end('whole'), 20)
  })
  return { url, connections: () => used.size, requests: () => requests }
}

test('[GW-U4] a request on a connection of its own passes by all that the upstream has closed, and leaves none', async () => {
  const upstream = await aForgetfulServer()
  const transport = aTransport(upstream.url)
  const send = async (request: Partial<TransportRequest> = {}) => {
    const { heard, receiver } = aReceiver()
    transport.send({ ...aRequest, ...request }, receiver)
    await eventually(() => expect(heard.at(-1)).toMatch(/^(end|failure)$/))
    return heard.at(-1)
  }
  expect(await Promise.all([send(), send(), send()])).toEqual(['end', 'end', 'end'])
  expect(upstream.connections()).toBe(3)
  expect(await send({ onNewConnection: true })).toBe('end')
  expect(await send({ onNewConnection: true })).toBe('end')
  expect(upstream.connections()).toBe(5)
  expect(await send()).toBe('failure')
})

test('a request on a connection of its own ends with the transport', async () => {
  const { url } = await aServer((_, res) => void res.write('one'))
  const transport = aTransport(url)
  const { heard, receiver } = aReceiver()
  transport.send({ ...aRequest, onNewConnection: true }, receiver)
  await eventually(() => expect(heard).toContain('one'))
  await transport.close()
  await eventually(() => expect(heard.at(-1)).toBe('failure'))
})

test('an upstream that does not end what it has ended saying is given up after a second', async () => {
  let closed = 0
  const { url } = await aServer((_, res) => {
    res.write('last word')
    res.once('close', () => void closed++)
  })
  const { heard, receiver } = aReceiver()
  const exchange = aTransport(url).send(aRequest, receiver)
  await eventually(() => expect(heard).toContain('last word'))
  exchange.release()
  await eventually(() => expect(closed).toBe(1))
})

// The edge of HTTP, byte by byte: what is no request, what is spelled oddly, and how the process ends.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { compileCache } from './test/crash/processes.ts'
import { chatRequest, eventually, startPortal, useOnePortal } from './test/index.ts'

const { portal, cluster } = useOnePortal()
let secret: string
beforeAll(async () => {
  secret = (await portal().aKey()).secret
})

type Answer = { status: number; headers: Record<string, string>; body: string }

/** What the portal sends back to these bytes until it closes. */
async function send(bytes: string): Promise<string> {
  const socket = connect(Number(new URL(portal().url).port), '127.0.0.1')
  socket.write(Buffer.from(bytes, 'latin1'))
  let text = ''
  socket.setEncoding('utf8').on('data', (data) => {
    text += data
  })
  await once(socket, 'close')
  return text
}

function answerFrom(text: string): Answer {
  const [head = '', ...body] = text.split('\r\n\r\n')
  const [first = '', ...lines] = head.split('\r\n')
  const headers = Object.fromEntries(lines.map((line) => line.toLowerCase().split(': ', 2)))
  return { status: Number(first.split(' ')[1]), headers, body: body.join('\r\n\r\n') }
}

const ask = async (bytes: string): Promise<Answer> => answerFrom(await send(bytes))

const get = (target: string, ...headers: string[]) =>
  `${[`GET ${target} HTTP/1.1`, 'Host: x', 'Connection: close', ...headers].join('\r\n')}\r\n\r\n`

const withHost = (...hosts: string[]) =>
  `${['GET /healthz HTTP/1.1', 'Connection: close', ...hosts].join('\r\n')}\r\n\r\n`

const securityHeaders = [
  'strict-transport-security',
  'x-content-type-options',
  'x-frame-options',
  'x-xss-protection',
  'referrer-policy',
  'permissions-policy',
  'content-security-policy',
  'cache-control',
]

function expectPortalError({ status, headers, body }: Answer, expected: number) {
  expect(status).toBe(expected)
  expect(Object.keys(headers)).toEqual(expect.arrayContaining(securityHeaders))
  expect(headers['content-type']).toBe('application/json')
  expect(headers.connection).toBe('close')
  const error = JSON.parse(body)
  expect(error).toEqual({
    error: expect.stringMatching(/^\S.* .*[.:)]/),
    code: expect.any(String),
    requestId: expect.stringMatching(/^req_/),
  })
  expect(headers['x-request-id']).toBe(error.requestId)
}

describe('what is no request', () => {
  const post = (...lines: string[]) =>
    `${['POST /api/keys HTTP/1.1', 'Host: x', ...lines].join('\r\n')}\r\n\r\n`

  test.each([
    ['garbage', 400, 'nonsense\r\n\r\n'],
    ['two lengths', 400, post('Content-Length: 1', 'Content-Length: 2')],
    ['a length that is none', 400, post('Content-Length: ten')],
    ['a length and chunks', 400, `${post('Transfer-Encoding: chunked', 'Content-Length: 3')}abc`],
    ['a bad chunk', 400, `${post('Transfer-Encoding: chunked')}zz\r\n`],
    ['line feeds alone', 400, 'GET /healthz HTTP/1.1\nHost: x\n\n'],
    ['an unknown method', 400, 'NONSENSE / HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['HTTP/2', 400, 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['TLS', 400, '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'],
    ['headers without end', 431, `GET / HTTP/1.1\r\nHost: x\r\nx: ${'a'.repeat(17_000)}\r\n\r\n`],
    ['an expectation', 417, get('/healthz', 'Expect: foo')],
    ['a tunnel', 405, 'CONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443\r\n\r\n'],
    ['no host', 400, withHost()],
    ['an empty host', 400, withHost('Host: ')],
    ['two hosts', 400, withHost('Host: a', 'Host: b')],
    ['a host with a path', 400, withHost('Host: a b/c?d#e')],
    ['a host with a route', 400, withHost('Host: x/api/auth/register?')],
    ['an asterisk', 400, get('*')],
    ['a URL without a host', 400, get('http://')],
    ['another scheme', 400, get('ftp://x/healthz')],
  ])('[GW-P3] %s is a %i in the portal’s shape, with every header', async (_, status, bytes) => {
    expectPortalError(await ask(bytes), status)
  })

  test('[GW-P3] a request that takes too long to arrive is a 408 in the portal’s shape', async () => {
    portal().server.once('connection', (socket) => {
      const late = Object.assign(new Error('Request timeout'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' })
      portal().server.emit('clientError', late, socket)
    })
    expectPortalError(await ask('GET / HTT'), 408)
  })

  test('a tunnel is told which methods there are', async () => {
    const { headers } = await ask('CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n')
    expect(headers.allow).toContain('get')
  })

  test('nothing is written into the middle of an answer under way', async () => {
    portal().upstream.setDefault({ kind: 'hang', after: 3, text: 'one two three' })
    onTestFinished(() => portal().upstream.reset())
    const body = JSON.stringify(chatRequest({ stream: true }))
    const socket = connect(Number(new URL(portal().url).port), '127.0.0.1')
    let text = ''
    socket.setEncoding('utf8').on('data', (data) => {
      text += data
    })
    socket.write(
      `POST /api/chat/completions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${secret}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    )
    await eventually(() => expect(text).toContain('one'))
    socket.write('nonsense\r\n\r\n')
    await once(socket, 'close')
    expect(text.match(/HTTP\/1\.1 /g)).toHaveLength(1)
  })

  test('a good host in any form is taken, and HTTP/1.0 needs none', async () => {
    const hosts = ['localhost', 'x:80', 'my_portal:3000', '127.0.0.1', '0x7f.1:80', '[0:0:0:0:0:0:0:1]:3000']
    for (const host of hosts) expect((await ask(withHost(`Host: ${host}`))).status).toBe(200)
    expect((await ask('GET /healthz HTTP/1.0\r\n\r\n')).status).toBe(200)
  })

  test('OPTIONS may ask about the whole server', async () => {
    expect((await ask('OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')).status).toBe(204)
  })
})

describe('paths', () => {
  const complete = (target: string) => {
    const body = JSON.stringify(chatRequest())
    return ask(
      `POST ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer ${secret}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    )
  }

  test.each([
    '/api/chat/completions',
    '/api/chat/completions?x=1',
    'http://elsewhere.example/api/chat/completions',
    'https://elsewhere.example:1/api/v1/chat/completions?x',
    '/api/%63hat/completions',
    '/api/x/../chat/completions',
    '/api/./chat/%63ompletions#fragment',
  ])('[GW-R1] POST %s is a completion', async (target) => {
    const { status, body } = await complete(target)
    expect(status).toBe(200)
    expect(JSON.parse(body)).toMatchObject({ object: 'chat.completion' })
  })

  test.each([
    '//api/chat/completions',
    '/api/chat%2Fcompletions',
    '/api/chat/completions/',
    '/api/%2563hat/completions',
  ])('%s is another path: a 404', async (target) => {
    expect((await complete(target)).status).toBe(404)
  })

  test.each(['http://h/api/models', '/api/%6Dodels', '/api/keys/../models'])(
    '%s lists the models',
    async (target) => {
      const { status, body } = await ask(get(target, `Authorization: Bearer ${secret}`))
      expect(status).toBe(200)
      expect(JSON.parse(body)).toMatchObject({ object: 'list' })
    },
  )

  test('[GW-A8] where a completion is asked for, even a bad Host is told in OpenAI’s shape', async () => {
    const { status, body } = await ask('POST /api/chat/completions HTTP/1.1\r\nConnection: close\r\n\r\n')
    expect(status).toBe(400)
    expect(JSON.parse(body)).toMatchObject({
      error: { type: 'invalid_request_error', code: 'invalid_request' },
    })
  })
})

describe('answers', () => {
  test.each(['/api/keys', '/api/chat/models'])('every 401 of %s names the scheme', async (path) => {
    for (const key of [null, 'nonsense', `${secret}x`]) {
      const headers = key ? { authorization: `Bearer ${key}` } : {}
      const response = await fetch(portal().url + path, { headers })
      expect([response.status, response.headers.get('www-authenticate')]).toEqual([401, 'Bearer'])
    }
  })

  test('[GW-R2] every 401 of a completion names the scheme', async () => {
    const { secret: expired } = await portal().aKey({ expired: true })
    for (const key of ['nonsense', expired]) {
      const response = await portal().post({ key, body: chatRequest() })
      expect([response.status, response.headers.get('www-authenticate')]).toEqual([401, 'Bearer'])
    }
  })

  test('[GW-P5] a key in a path is not repeated', async () => {
    for (const path of [`/api/models/${secret}`, `/api/nothing/${secret}`, `/api/keys/${secret}`]) {
      const response = await fetch(portal().url + path, { headers: { authorization: `Bearer ${secret}` } })
      expect(response.status).toBe(404)
      expect(await response.text()).not.toContain(secret)
    }
  })

  test.each(['application/json; charset=utf-16', 'application/json;charset="iso-8859-1"'])(
    '[GW-R3] %s is a 415 that says to send UTF-8',
    async (type) => {
      const response = await portal().post({
        key: secret,
        body: chatRequest(),
        headers: { 'content-type': type },
      })
      expect(response.status).toBe(415)
      expect(await response.text()).toContain('UTF-8')
    },
  )

  test.each([
    'application/json; charset=utf-8',
    'application/json;charset="UTF-8"',
    'application/json; charset=utf8',
  ])('[GW-R3] %s is taken', async (type) => {
    const response = await portal().post({
      key: secret,
      body: chatRequest(),
      headers: { 'content-type': type },
    })
    expect(response.status).toBe(200)
  })
})

describe('metrics', () => {
  test.each(['forwarded', 'via', 'x-real-ip', 'x-forwarded-for'])(
    'a proxy that sends %s finds none',
    async (name) => {
      expect((await fetch(`${portal().url}/metrics`, { headers: { [name]: '127.0.0.1' } })).status).toBe(404)
    },
  )

  test('a trusted proxy is the scraper’s only where it says so', async () => {
    const behind = await startPortal({ cluster: cluster(), env: { TRUST_PROXY: '127.0.0.1' } })
    const status = async (headers: Record<string, string>) =>
      (await fetch(`${behind.url}/metrics`, { headers })).status
    expect(await status({})).toBe(200)
    expect(await status({ via: '1.1 proxy', 'x-forwarded-for': '127.0.0.9' })).toBe(200)
    expect(await status({ via: '1.1 proxy', 'x-forwarded-for': '203.0.113.9' })).toBe(404)
    expect(await status({ 'x-real-ip': '203.0.113.9' })).toBe(404)
    await behind.close()
  })
})

test('an origin is let in whether or not it was configured with a slash at its end', async () => {
  const open = await startPortal({ cluster: cluster(), env: { CORS_ORIGINS: 'https://app.example/' } })
  const response = await fetch(`${open.url}/healthz`, { headers: { origin: 'https://app.example' } })
  expect(response.headers.get('access-control-allow-origin')).toBe('https://app.example')
  await open.close()
})

describe('the process', () => {
  const main = fileURLToPath(new URL('main.ts', import.meta.url))

  test.each(['Promise.reject(new Error("boom"))', 'setTimeout(() => { throw new Error("boom") })'])(
    'a fault that nobody caught (%s) is logged once, and ends it with 1',
    async (fault) => {
      const folder = mkdtempSync('/tmp/portal-fault-')
      onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
      const { url } = await cluster().createDatabase()
      const hook = `data:text/javascript,process.on("SIGUSR2",()=>{${encodeURIComponent(`${fault};${fault}`)}})`
      const child = spawn(process.execPath, ['--import', hook, main], {
        env: {
          NODE_COMPILE_CACHE: compileCache,
          DATA_DIR: folder,
          DATABASE_URL: url,
          PORT: '0',
          LOCAL_MODELS: 'off',
        },
      })
      const exited = once(child, 'exit')
      let output = ''
      for (const stream of [child.stdout, child.stderr]) {
        stream.setEncoding('utf8').on('data', (text: string) => {
          output += text
        })
      }
      await eventually(() => expect(output).toContain('ready at http://127.0.0.1:'), 20_000)
      child.kill('SIGUSR2')
      expect(await exited).toEqual([1, null])
      const fatal = output.split('\n').filter((line) => line.includes('"level":60'))
      expect(fatal).toHaveLength(1)
      expect(fatal[0]).toContain('boom')
    },
    60_000,
  )
})

import { readdirSync } from 'node:fs'
import { type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { mailboxEndpoints } from '@portal/contract'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { createApp } from '../app.ts'
import { startTestCluster, type TestCluster } from '../db/test-database.ts'
import { createHttpServer } from '../http/index.ts'
import { eventually, type Portal, startPortal } from '../test/index.ts'
import { startSmtp } from './test-smtp.ts'

vi.setConfig({ testTimeout: 40_000, hookTimeout: 60_000 })

const SandboxMails = mailboxEndpoints.read.output

let cluster: TestCluster
let portal: Portal

beforeAll(async () => {
  cluster = await startTestCluster()
  portal = await startPortal({ cluster, models: 'demo' })
  await sendTo('ada@example.com')
  await sendTo('bob@example.com')
  await eventually(async () => expect(await mails()).toHaveLength(2))
})
afterAll(async () => {
  await portal.close()
  await cluster.stop()
})

/** Somebody signs up, and gets a mail by the same transaction. */
const sendTo = (to: string, { services } = portal) =>
  services.accounts.createUser({ email: to, password: 'SecureP@ssw0rd!' }, (trx) =>
    services.mail.send(trx, {
      kind: 'verify-email',
      to,
      path: '/verify-email?token=t',
      expiresAt: new Date(Date.now() + 3_600_000),
    }),
  )

const json = { accept: 'application/json' }
const read = (query = '', headers: Record<string, string> = json, url = portal.url) =>
  fetch(`${url}/dev/mailbox${query}`, { headers })
const mails = async (query = '') => SandboxMails.parse(await (await read(query)).json()).data

describe('[M-24] without a mail server', () => {
  it('mails can be read as JSON, newest first, by address and one by one', async () => {
    const all = await mails()
    expect(all.map(({ to }) => to)).toEqual(['bob@example.com', 'ada@example.com'])
    const [, first] = all
    expect(first).toMatchObject({
      kind: 'verify-email',
      from: 'LLM Portal <portal@localhost>',
      subject: 'Confirm your email address',
      links: [`${portal.url}/verify-email?token=t`],
    })
    expect(await mails('?to=Ada@Example.com')).toEqual([first])
    expect(await mails(`?mail=${first?.id}`)).toEqual([first])
    expect(await mails('?to=eve@example.com')).toEqual([])
  })

  it('and as pages', async () => {
    const [mail] = await mails('?to=ada@example.com')
    const page = async (query: string) => {
      const response = await read(query, { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' })
      expect(response.headers.get('content-type')).toMatch(/^text\/html/)
      const csp = response.headers.get('content-security-policy')
      expect(csp).toMatch(/default-src 'none'.*frame-ancestors 'none'/)
      expect(csp).not.toContain('script-src')
      expect(response.headers.get('x-frame-options')).toBe('DENY')
      expect(response.headers.get('cache-control')).toBe('no-store')
      return response.text()
    }
    expect(await page('?to=ada@example.com')).toContain(`href="/dev/mailbox?mail=${mail?.id}"`)
    expect(await page(`?mail=${mail?.id}`)).toContain(`href="${portal.url}/verify-email?token=t"`)
    expect(await page('?mail=mail_none')).toContain('There is no mail yet.')
    expect(await page('?to=%3Cscript%3E')).not.toContain('<script>')
  })

  it('survive a restart', async () => {
    const first = await startPortal({ cluster, models: 'demo' })
    const { dataDir } = first.services.config
    await sendTo('ada@example.com', first)
    await eventually(() => expect(readdirSync(join(dataDir, 'mailbox'))).toHaveLength(1))
    const second = await startPortal({ cluster, models: 'demo', env: { DATA_DIR: dataDir } })
    const response = await read('', json, second.url)
    expect(await response.json()).toMatchObject({ data: [{ to: 'ada@example.com' }] })
    await first.close()
    await second.close()
  })
})

/** What a stranger gets for any path that is not there, with the path taken out. */
async function elsewhere(headers: Record<string, string>, path: string, method = 'GET') {
  const { status, headers: answered, body } = await raw(path, { method, headers })
  const { requestId, ...rest } = JSON.parse(body)
  expect(requestId).toMatch(/^req_/)
  const names = Object.keys(answered).sort()
  return { status, names, type: answered['content-type'], rest: JSON.stringify(rest).replace(path, '…') }
}

const raw = (path: string, options: { method?: string; headers?: Record<string, string> }) =>
  new Promise<{ status: number | undefined; headers: IncomingHttpHeaders; body: string }>(
    (resolve, reject) => {
      const req = request(portal.url + path, options, async (res) => {
        resolve({ status: res.statusCode, headers: res.headers, body: await text(res) })
      })
      req.on('error', reject).end()
    },
  )

describe('[M-25] the mailbox is there for this machine and administrators', () => {
  it.each([
    ['x-forwarded-for', '127.0.0.1'],
    ['x-forwarded-host', 'portal.example.com'],
    ['x-forwarded-proto', 'https'],
    ['x-real-ip', '127.0.0.1'],
    ['forwarded', 'for=127.0.0.1'],
    ['via', '1.1 proxy'],
    ['host', 'portal.example.com'],
    ['host', 'localhost.evil.example'],
    ['host', '127.0.0.1.evil.example:3000'],
  ])('to who comes with %s: %s it is a path like any other that is not', async (name, value) => {
    for (const method of ['GET', 'POST', 'DELETE']) {
      const headers = { [name]: value }
      const there = await elsewhere(headers, '/dev/mailbox', method)
      expect(there.status).toBe(404)
      expect(there).toEqual(await elsewhere(headers, '/dev/nothing', method))
    }
  })

  it('nor to who speaks HTTP/1.0, as a proxy that says nothing of itself', async () => {
    const { port } = new URL(portal.url)
    const socket = connect(Number(port), '127.0.0.1')
    socket.end('GET /dev/mailbox HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n')
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 404/)
  })

  it.each(['localhost', 'localhost:3000', '127.0.0.1', '[::1]:3000'])(
    'by its own name %s it is',
    async (host) => {
      expect((await raw('/dev/mailbox', { headers: { host, ...json } })).status).toBe(200)
    },
  )

  it('a portal for others shows it to administrators alone: a proxy need not say that it is one', async () => {
    const open = await startPortal({
      cluster,
      models: 'demo',
      env: { PUBLIC_URL: 'https://portal.example.com' },
    })
    const kept = await startPortal({ cluster, models: 'demo', env: { PUBLIC_URL: 'http://localhost:3000' } })
    expect((await read('', json, open.url)).status).toBe(404)
    expect((await read('', json, kept.url)).status).toBe(200)
    await Promise.all([open.close(), kept.close()])
  })

  it('answers nobody on another method than GET', async () => {
    const response = await fetch(`${portal.url}/dev/mailbox`, { method: 'POST' })
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET'])
    expect((await fetch(`${portal.url}/dev/mailbox`, { method: 'HEAD' })).status).toBe(200)
  })

  it('an administrator may read it from anywhere', async () => {
    const isAdministrator = async ({ headers }: IncomingMessage) => headers.cookie === 'admin'
    const server = createHttpServer(createApp({ ...portal.services, isAdministrator }), portal.services.log)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const far = { 'x-forwarded-for': '203.0.113.1' }
    expect((await read('', { ...far, cookie: 'admin' }, url)).status).toBe(200)
    expect((await read('', far, url)).status).toBe(404)
    server.closeAllConnections()
    server.close()
  })

  it('with a mail server it is not there at all, and mails go to that', async () => {
    const smtp = await startSmtp()
    const env = {
      SMTP_URL: smtp.url,
      MAIL_FROM: 'Acme <portal@acme.example>',
      PUBLIC_URL: 'https://portal.acme.example',
    }
    const sending = await startPortal({ cluster, models: 'demo', env })
    expect((await read('', json, sending.url)).status).toBe(404)
    await sendTo('ada@example.com', sending)
    await eventually(() => expect(smtp.received).toHaveLength(1))
    expect(smtp.received[0]).toMatchObject({ from: 'portal@acme.example', to: ['ada@example.com'] })
    expect(smtp.received[0]?.raw).toContain('https://portal.acme.example/verify-email')
    await sending.close()
    await smtp.close()
  })
})

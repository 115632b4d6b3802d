// Pictures from elsewhere: asked by people signed in, from servers of all kinds beside the portal.
import { once } from 'node:events'
import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import sharp from 'sharp'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createReach } from '../reach/index.ts'
import { usePortal } from '../sign-in/test-people.ts'
import type { Browser } from '../test/index.ts'
import { fetchImage } from './fetch-image.ts'

/** This machine, as a server elsewhere that the operator lets be asked; its other addresses are not. */
const elsewhere = '127.0.0.9'
const { portal, aSignedIn } = usePortal({ PICTURE_NETWORKS: `${elsewhere}/32` })

const png = await sharp({ create: { width: 40, height: 20, channels: 3, background: 'red' } })
  .withExif({ IFD0: { Make: 'CanaryCam' } })
  .png()
  .toBuffer()
const html = '<!doctype html><script>alert(1)</script>'

const send = (type: string, body: string | Buffer) => (res: ServerResponse) =>
  res.writeHead(200, { 'content-type': type, 'set-cookie': 'tracked=1' }).end(body)
const redirect = (location: string) => (res: ServerResponse) => res.writeHead(302, { location }).end()

let ada: Browser
let server: Server
let canary: Server
let asked: { path: string; headers: Record<string, unknown> }[] = []
let seenWithin = 0

/** What stands at each path elsewhere. */
const pages: Record<string, (res: ServerResponse) => unknown> = {
  '/a.png': send('image/png', png),
  '/polyglot.png': send('image/png', Buffer.concat([png, Buffer.from(html)])),
  '/page.png': send('image/png', html),
  '/drawing.svg': send('image/svg+xml', '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'),
  '/half.png': send('image/png', png.subarray(0, png.length / 2)),
  '/moved.png': redirect('/a.png'),
  '/loop.png': redirect('/loop.png'),
  '/within.png': (res) => redirect(withinUrl())(res),
  '/within-by-name.png': (res) => redirect(withinUrl('localhost'))(res),
  '/file.png': redirect('file:///etc/passwd'),
  '/none.png': (res) => res.writeHead(404).end(),
  '/large.png': (res) => res.writeHead(200, { 'content-length': String(11 * 1024 ** 2) }).flushHeaders(),
  '/endless.png': (res) => {
    res.writeHead(200, { 'content-type': 'image/png' })
    const pour = () => {
      while (res.write(Buffer.alloc(65_536, 1)));
    }
    res.on('drain', pour)
    pour()
  },
  '/silent.png': () => {},
}

const urlOf = (of: Server, host: string) => `http://${host}:${(of.address() as AddressInfo).port}`
const withinUrl = (host = '127.0.0.1') => `${urlOf(canary, host)}/secret.png`
const at = (path: string) => urlOf(server, elsewhere) + path

async function listen(host: string, answer: RequestListener): Promise<Server> {
  const made = createServer(answer).listen(0, host)
  await once(made, 'listening')
  return made
}

beforeAll(async () => {
  server = await listen(elsewhere, ({ url = '', headers }, res) => {
    asked.push({ path: url, headers })
    pages[url.replace(/\?.*/, '')]?.(res)
  })
  canary = await listen('127.0.0.1', (_, res) => {
    seenWithin += 1
    send('image/png', png)(res)
  })
  ada = (await aSignedIn()).browser
})
beforeEach(() => {
  asked = []
  seenWithin = 0
})
afterAll(() => {
  for (const each of [server, canary]) {
    each?.closeAllConnections()
    each?.close()
  }
})

const pathOf = (url: string) => `/api/chat/remote-image?url=${encodeURIComponent(url)}`
const load = (url: string, headers: Record<string, string> = {}, browser = ada) =>
  browser.send('GET', pathOf(url), { headers: { 'sec-fetch-site': 'same-origin', ...headers } })

/** The answer's bytes. */
async function bytesAt(url: string): Promise<{ response: Response; bytes: Buffer }> {
  const cookie = [...ada.cookies].map((pair) => pair.join('=')).join('; ')
  const response = await fetch(portal().url + pathOf(url), { headers: { cookie } })
  return { response, bytes: Buffer.from(await response.arrayBuffer()) }
}

test('[CR1] [CR4] a picture is fetched without a trace of who asks, and drawn anew', async () => {
  const { response, bytes } = await bytesAt(at('/polyglot.png?a=1'))
  expect(response.status).toBe(200)
  const headers = Object.fromEntries(response.headers)
  expect(headers).toMatchObject({
    'content-type': 'image/png',
    'x-content-type-options': 'nosniff',
    'content-security-policy': "sandbox; default-src 'none'",
    'cross-origin-resource-policy': 'same-origin',
    'cache-control': 'private, max-age=3600',
    'content-disposition': expect.stringContaining('attachment'),
  })
  expect(headers).not.toHaveProperty('set-cookie')
  expect(await sharp(bytes).metadata()).toMatchObject({ format: 'png', width: 40, height: 20 })
  expect(bytes.toString('latin1')).not.toMatch(/script|Canary/)
  expect(asked.map(({ path }) => path)).toEqual(['/polyglot.png?a=1'])
  expect(Object.keys(asked[0]?.headers ?? {}).sort()).toEqual(
    ['accept', 'accept-encoding', 'connection', 'host', 'user-agent'].sort(),
  )
})

describe('[CR1] nobody else has one loaded', () => {
  test('by a key', async () => {
    const { body } = await ada.post('/api/keys', { name: 'Pictures', access: 'full' })
    const headers = { authorization: `Bearer ${body.key}` }
    const response = await fetch(portal().url + pathOf(at('/a.png')), { headers })
    expect([response.status, asked]).toEqual([403, []])
  })

  test.each(['cross-site', 'same-site'])('from a page that is %s', async (site) => {
    const { status, body } = await load(at('/a.png'), { 'sec-fetch-site': site })
    expect([status, body.code, asked]).toEqual([403, 'foreign_origin', []])
  })
})

describe('[CR2] what is within is not asked', () => {
  const spellings = [
    ...['127.0.0.1', '127.1', '2130706433', '0x7f.1', '0177.0.0.1', '[::1]', '[::ffff:127.0.0.1]'],
    ...[
      '[::ffff:7f00:1]',
      '[::127.0.0.1]',
      '[::10.0.0.1]',
      '[64:ff9b::7f00:1]',
      '[2002:7f00:1::]',
      '0.0.0.0',
      '[::]',
    ],
    ...['10.0.0.1', '169.254.169.254', '100.64.0.1', '[fd00::1]', '[fe80::1]', '192.168.1.1', '127.0.0.1.'],
  ]
  test.each(spellings)('as %s', async (host) => {
    const { port } = new URL(withinUrl())
    const { status, body } = await load(`http://${host}:${port}/secret.png`)
    expect([status, body.code, seenWithin]).toEqual([400, 'invalid_request', 0])
  })

  test.each(['localhost', 'localhost.', 'LOCALHOST'])(
    'by the name %s, which is as one that is nowhere',
    async (host) => {
      const within = await load(withinUrl(host))
      const nowhere = await load('http://nowhere.invalid/a.png')
      const said = ({ body: { requestId: _, ...body }, status }: typeof within) => ({ status, ...body })
      expect(said(within)).toEqual(said(nowhere))
      expect([within.status, seenWithin]).toEqual([502, 0])
    },
  )

  test.each([
    ['/within.png', 400],
    ['/within-by-name.png', 502],
    ['/file.png', 400],
    ['/loop.png', 502],
  ])('by way of %s', async (path, expected) => {
    expect((await load(at(path))).status).toBe(expected)
    expect(seenWithin).toBe(0)
    expect(asked.length).toBeLessThanOrEqual(4)
  })

  test('and a redirect to what may be asked is followed', async () => {
    expect((await load(at('/moved.png'))).status).toBe(200)
  })

  test('nor are other ports of public addresses', () => {
    const mayReach = createReach([], [80, 443])
    const may = (address: string, ...ports: number[]) => ports.map((port) => mayReach(address, port))
    expect(may('1.1.1.1', 80, 443, 22, 8080)).toEqual([true, true, false, false])
    expect(may('2606:4700:4700::1111', 443, 25)).toEqual([true, false])
    expect(may('::ffff:10.0.0.1', 80)).toEqual([false])
    expect(may('168.63.129.16', 80)).toEqual([false])
  })

  test.each([
    'file:///etc/passwd',
    'ftp://example.com/a.png',
    'http://ada:secret@example.com/a.png',
    'a.png',
  ])('nor is %s', async (url) => {
    const { status, body } = await load(url)
    expect([status, body.code]).toEqual([400, 'invalid_request'])
  })
})

describe('[CR3] what is no picture, or too much, is refused', () => {
  test.each([
    ['/page.png', 415, /no PNG, JPEG, WebP or GIF/],
    ['/drawing.svg', 415, /no PNG, JPEG, WebP or GIF/],
    ['/half.png', 415, /damaged/],
    ['/large.png', 413, /larger than the 10 MB/],
    ['/endless.png', 413, /larger than the 10 MB/],
    ['/none.png', 502, /status 404/],
  ])('%s', async (path, status, message) => {
    const answer = await load(at(path))
    expect([answer.status, answer.body.error]).toEqual([status, expect.stringMatching(message)])
  })

  test('what does not come in time is given up', async () => {
    const limits = { timeMsMax: 200, bytesMax: 1000 }
    const loading = fetchImage(at('/silent.png'), createReach([elsewhere], []), limits)
    await expect(loading).rejects.toMatchObject({ code: 'upstream_timeout' })
  })

  test('and 60 a minute are enough', async () => {
    const bob = (await aSignedIn()).browser
    const statuses = new Set<number>()
    for (let i = 0; i < 60; i++) statuses.add((await load('ftp://example.com', {}, bob)).status)
    expect([...statuses]).toEqual([400])
    const { status, headers } = await load(at('/a.png'), {}, bob)
    expect([status, headers.has('retry-after'), asked]).toEqual([429, true, []])
  })
})

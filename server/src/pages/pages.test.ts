// How the web app reaches a browser: through the whole portal, from a build made up here.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { type IncomingMessage, request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { brotliCompressSync, brotliDecompressSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createApp } from '../app.ts'
import { startTestCluster, type TestCluster } from '../db/test-database.ts'
import { createHttpServer } from '../http/index.ts'
import { type Portal, startPortal } from '../test/index.ts'
import { openPages } from './index.ts'

const script = `console.log("${'hello '.repeat(300)}")`
const index =
  '<!doctype html><script nonce="__CSP_NONCE__">1</script><script src="/assets/app-1a2b.js"></script>'
const browserAccept = 'text/html,application/xhtml+xml,*/*;q=0.8'

let folder: string
let server: Server
let cluster: TestCluster
let portal: Portal
beforeAll(async () => {
  folder = await mkdtemp('/tmp/portal-pages-')
  await mkdir(join(folder, 'dist/assets'), { recursive: true })
  await mkdir(join(folder, 'dist/frames'))
  await Promise.all([
    writeFile(join(folder, 'secret.txt'), 'outside'),
    writeFile(join(folder, 'dist/index.html'), index),
    writeFile(join(folder, 'dist/sources.sha256'), 'fingerprint'),
    writeFile(join(folder, 'dist/favicon.svg'), '<svg/>'),
    writeFile(join(folder, 'dist/frames/diagram.html'), '<title>Diagram</title>'),
    writeFile(join(folder, 'dist/assets/app-1a2b.js'), script),
    writeFile(join(folder, 'dist/assets/app-1a2b.js.br'), brotliCompressSync(script)),
  ])
  cluster = await startTestCluster()
  portal = await startPortal({ cluster })
  const pages = await openPages(join(folder, 'dist'))
  server = createHttpServer(createApp({ ...portal.services, pages }), portal.services.log)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})
afterAll(async () => {
  server?.closeAllConnections()
  server?.close()
  await portal?.close()
  await cluster?.stop()
  await rm(folder, { recursive: true, force: true })
})

type Answer = { status: number; headers: IncomingMessage['headers']; body: Buffer }

/** Asks with exactly these headers and this path: no client in between tidies them. */
const ask = (path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const { port } = server.address() as AddressInfo
    const req = request({ host: '127.0.0.1', port, path, method, headers }, (res) => {
      const chunks: Buffer[] = []
      res.on('data', (chunk: Buffer) => chunks.push(chunk))
      res.on('end', () =>
        resolve({ status: res.statusCode ?? 0, headers: res.headers, body: Buffer.concat(chunks) }),
      )
    })
    req.on('error', reject).end()
  })

const navigate = (path: string, method = 'GET') => ask(path, { accept: browserAccept }, method)

describe('the page', () => {
  test.each(['/', '/keys', '/settings/security?x=1', '/nowhere/at/all'])(
    '[W-01] %s is the app’s page for a browser that navigates there',
    async (path) => {
      const { status, headers, body } = await navigate(path)
      expect(status).toBe(200)
      expect(headers['content-type']).toBe('text/html; charset=utf-8')
      expect(headers['cache-control']).toBe('no-cache')
      expect(body.toString()).toContain('/assets/app-1a2b.js')
    },
  )

  test('[W-01] what asks for no HTML gets the API’s 404 in JSON there', async () => {
    for (const accept of ['*/*', 'application/json', '']) {
      const { status, headers } = await ask('/keys', { accept })
      expect(status).toBe(404)
      expect(headers['content-type']).toBe('application/json')
    }
  })

  test.each(['/api/nothing', '/api', '/assets/gone-9z.js', '/dev/nothing', '/frames/gone.html', '/healthz'])(
    '[W-01] %s is never the app’s page',
    async (path) => {
      const { headers } = await navigate(path)
      expect(headers['content-type']).toContain('application/json')
    },
  )

  test('[W-01] a write to a path of the app is a 404, and HEAD has the headers alone', async () => {
    expect((await navigate('/keys', 'POST')).status).toBe(404)
    const head = await navigate('/keys', 'HEAD')
    expect(head).toMatchObject({ status: 200, headers: { 'content-type': 'text/html; charset=utf-8' } })
    expect(head.body).toHaveLength(0)
  })

  test('[W-02] it runs only what the server sent: a nonce of its own each time, and no unsafe source', async () => {
    const answers = await Promise.all([navigate('/'), navigate('/')])
    const nonces = answers.map(({ headers, body }) => {
      const policy = String(headers['content-security-policy'])
      const nonce = /script-src 'self' 'nonce-([\w-]+)'/.exec(policy)?.[1]
      expect(body.toString()).toContain(`<script nonce="${nonce}">`)
      expect(policy).toContain(`style-src 'self' 'nonce-${nonce}'`)
      for (const part of [
        "default-src 'none'",
        "object-src 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "frame-src 'self'",
      ])
        expect(policy).toContain(part)
      expect(policy).not.toMatch(/unsafe|\*|https?:/)
      return nonce
    })
    expect(nonces[0]).toMatch(/^[\w-]{22}$/)
    expect(nonces[0]).not.toBe(nonces[1])
  })

  test('[W-02] it carries the other security headers and a request id as every answer does', async () => {
    const { headers } = await navigate('/')
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'strict-transport-security': expect.stringContaining('max-age'),
      'x-request-id': expect.stringMatching(/^req_/),
    })
  })
})

describe('the files', () => {
  test('[W-03] what carries a hash in its name may be kept for a year, the rest is asked for again', async () => {
    const { headers } = await ask('/assets/app-1a2b.js')
    expect(headers['cache-control']).toBe('public, max-age=31536000, immutable')
    const icon = await ask('/favicon.svg')
    expect(icon.headers).toMatchObject({
      'cache-control': 'public, no-cache',
      'content-type': 'image/svg+xml',
    })
    const again = await ask('/favicon.svg', { 'if-none-match': String(icon.headers.etag) })
    expect(again.status).toBe(304)
    expect(again.body).toHaveLength(0)
  })

  test('[W-03] they come compressed to who takes that, and whole to who does not', async () => {
    const brotli = await ask('/assets/app-1a2b.js', { 'accept-encoding': 'gzip, deflate, br' })
    expect(brotli.headers).toMatchObject({ 'content-encoding': 'br', vary: 'accept-encoding' })
    expect(brotliDecompressSync(brotli.body).toString()).toBe(script)
    for (const accepted of ['', 'identity', 'gzip', 'br;q=0']) {
      const plain = await ask('/assets/app-1a2b.js', { 'accept-encoding': accepted })
      expect(plain.headers['content-encoding']).toBeUndefined()
      expect(plain.body.toString()).toBe(script)
      expect(plain.headers['content-length']).toBe(String(script.length))
    }
  })

  test('[W-03] HEAD tells the length and sends nothing', async () => {
    const { headers, body } = await ask('/assets/app-1a2b.js', {}, 'HEAD')
    expect(headers['content-length']).toBe(String(script.length))
    expect(body).toHaveLength(0)
  })

  test.each([
    '/../secret.txt',
    '/assets/../../secret.txt',
    '/assets/..%2f..%2fsecret.txt',
    '/assets/%2e%2e/%2e%2e/secret.txt',
    '/assets/..\\..\\secret.txt',
    '//secret.txt',
    '/sources.sha256',
    '/index.html.br',
    '/assets/app-1a2b.js.br',
    '/assets',
    '/assets/',
  ])('[W-04] %s reaches no file: only those of the build are there', async (path) => {
    const { status, body } = await ask(path)
    expect(status).toBe(404)
    expect(body.toString()).not.toMatch(/outside|fingerprint|hello/)
  })
})

describe('a frame', () => {
  test('[W-103] it runs this server’s scripts in an origin of its own, loads nothing, and is only within its pages', async () => {
    const { status, headers, body } = await navigate('/frames/diagram.html')
    expect(status).toBe(200)
    expect(body.toString()).toBe('<title>Diagram</title>')
    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'public, no-cache',
      'x-frame-options': 'SAMEORIGIN',
      'x-content-type-options': 'nosniff',
    })
    expect(String(headers['content-security-policy']).split('; ').sort()).toEqual([
      "base-uri 'none'",
      "default-src 'none'",
      'font-src data:',
      "form-action 'none'",
      "frame-ancestors 'self'",
      'img-src data:',
      'sandbox allow-scripts',
      "script-src 'self'",
      "style-src 'unsafe-inline'",
    ])
  })

  test('[W-103] an origin that is none may read files that carry a hash, and nothing else', async () => {
    const allowed = async (path: string) => (await ask(path)).headers['access-control-allow-origin']
    expect(await allowed('/assets/app-1a2b.js')).toBe('*')
    expect(await allowed('/favicon.svg')).toBeUndefined()
    expect(await allowed('/frames/diagram.html')).toBeUndefined()
    expect((await navigate('/')).headers['access-control-allow-origin']).toBeUndefined()
  })
})

test('[W-05] without a build there is no page, and the API’s 404 stays', async () => {
  const none = await openPages(join(folder, 'nothing'))
  expect(none.isBuilt).toBe(false)
  expect(
    none.pageFor({ method: 'GET', headers: { accept: browserAccept } } as IncomingMessage, '/'),
  ).toBeNull()
})

// Who may change models, what becomes of keys, and what a test call tells.
import { spawn } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { modelAdministrationEndpoints } from '@portal/contract'
import { describe, expect, test } from 'vitest'
import { compileCache } from '../test/crash/processes.ts'
import { chatRequest, eventually, openBrowser } from '../test/index.ts'
import { aModel, modelsPath, password, providersPath, useAdministration } from './test-administration.ts'

const world = useAdministration()
const { portal, admin, upstream, addProvider, addModel, providerNamed, setState } = world

const testCall = (name: string, model: string | null = null) =>
  admin().post(`${providersPath}/${name}/test`, { model })

describe('who', () => {
  const all = Object.values(modelAdministrationEndpoints).map(({ method, path }) => ({ method, path }))
  test.each(all)('[LM13] $method $path is for administrators in person alone', async ({ method, path }) => {
    const filled = path.replace(/:\w+(\{.*\})?/, 'first')
    const ofNobody = openBrowser(portal())
    const { browser: ofUser } = await world.signedIn('user')
    expect((await ofNobody.send(method, filled)).status).toBe(401)
    const refused = await ofUser.send(method, filled, method === 'GET' ? {} : { body: {} })
    expect([refused.status, refused.body.code]).toEqual([403, 'permission_denied'])
    const { body: key } = await admin().post('/api/keys', { name: 'Of an administrator', access: 'full' })
    const response = await fetch(portal().url + filled, {
      method,
      headers: { authorization: `Bearer ${key.key}` },
    })
    expect(response.status).toBe(403)
  })
})

describe('keys', () => {
  test('[LM14] a key is stored encrypted, and of it four characters are shown', async () => {
    const { body } = await addProvider(0)
    expect(body).toMatchObject({ hasApiKey: true, apiKeyEnd: '-one' })
    expect((await addProvider(1, { apiKey: 'short-key' })).body).toMatchObject({
      hasApiKey: true,
      apiKeyEnd: '',
    })
    const { rows } = await portal().pool.query('select row_to_json(p)::text as row from live_providers p')
    for (const { row } of rows) expect(row).not.toMatch(/sk-key-of|short-key/)
  })

  test('[LM15] a key is kept for the server that it was entered for, and asked for anew for another', async () => {
    const { body: made } = await addProvider(0)
    const { kind, baseUrl, version } = made
    const put = (body: object) =>
      admin().send('PUT', `${providersPath}/live-first`, { body: { kind, ...body } })
    const elsewhere = await put({ baseUrl: upstream(1).url, version })
    expect([elsewhere.status, elsewhere.body.param]).toEqual([400, 'apiKey'])
    const samePlace = await put({ baseUrl: `${baseUrl}/`, version })
    expect([samePlace.status, samePlace.body.apiKeyEnd]).toEqual([200, '-one'])
    const replaced = await put({
      ...{ baseUrl: upstream(1).url, apiKey: 'sk-key-of-the-second-one', version: samePlace.body.version },
    })
    expect(replaced.status).toBe(200)
    expect((await testCall('live-first')).body.listing.error).toBeNull()
    const without = await put({ baseUrl: upstream(0).url, apiKey: null, version: replaced.body.version })
    expect(without.body).toMatchObject({ hasApiKey: false, apiKeyEnd: '' })
  })

  test('[LM15] a key that was moved to another server in the database opens nothing', async () => {
    await addProvider(0)
    await addModel('live-model')
    const moved = JSON.stringify({ kind: 'openai', baseUrl: upstream(1).url })
    await portal().pool.query(`update live_providers set definition = $1`, [moved])
    await portal().pool.query(`select pg_notify('portal_events', '{"type":"models-changed"}')`)
    await eventually(async () =>
      expect((await providerNamed('live-first')).problem).toMatch(/cannot be decrypted/),
    )
    const { secret } = await portal().aKey()
    const answer = await portal().post({ key: secret, body: chatRequest({ model: 'live-model' }) })
    expect(answer.status).toBe(404)
    expect((await testCall('live-first')).status).toBe(409)
    expect(upstream(1).requests).toHaveLength(0)
  })

  test('[LM12] every change is in the audit log with what was before and after, and without a key', async () => {
    await addProvider(0)
    await addModel('audited')
    const { version } = await providerNamed('live-first')
    const { url } = upstream(0)
    await admin().send('PUT', `${providersPath}/live-first`, {
      body: { kind: 'openai', baseUrl: `${url}/`, apiKey: 'sk-another-key-of-it', version },
    })
    await setState('live-first', 'draining')
    const { rows } = await portal().pool.query(
      `select action, actor_id, details from audit_events where details->>'name' in ('live-first', 'audited')
       order by id desc limit 4`,
    )
    expect(rows.map(({ action }) => action).reverse()).toEqual([
      ...['provider.added', 'model.added', 'provider.changed', 'provider.state-changed'],
    ])
    expect(new Set(rows.map(({ actor_id }) => actor_id))).toEqual(new Set([world.adminId()]))
    const [state, changed] = rows
    expect(state.details).toEqual({ name: 'live-first', from: 'active', to: 'draining' })
    expect(changed.details).toEqual({
      ...{ name: 'live-first', fields: 'baseUrl, apiKey' },
      ...{ before: JSON.stringify({ baseUrl: url }), after: JSON.stringify({ baseUrl: `${url}/` }) },
    })
    const { body: activity } = await admin().get('/api/user/activity')
    expect(JSON.stringify(activity)).toContain('provider.state-changed')
    expect(JSON.stringify([rows, activity])).not.toMatch(/sk-/)
  })
})

describe('test calls', () => {
  test('[LM17] a provider lists its models and answers with one token, which no ledger counts', async () => {
    await addProvider(0)
    const { status, body } = await testCall('live-first', 'small')
    expect([status, body]).toEqual([
      200,
      {
        listing: { latencyMs: expect.any(Number), models: ['small', 'large', 'o3-mini'], error: null },
        completion: { model: 'small', latencyMs: expect.any(Number), error: null },
      },
    ])
    expect(upstream(0).requests.map((request) => request.body)).toMatchObject([
      { model: 'small', max_tokens: 1 },
    ])
    expect(await portal().ledgerRows(`target like 'live-%' and model = 'small'`)).toEqual([])
  })

  test('[LM17] the same of one that speaks Anthropic’s dialect', async () => {
    await addProvider(0, { kind: 'anthropic', baseUrl: upstream(0).url.replace(/\/v1$/, '') })
    const { body } = await testCall('live-first', 'large')
    expect(body.listing.models).toEqual(['small', 'large', 'o3-mini'])
    expect(body.completion.error).toBeNull()
  })

  test('[LM17] a wrong key is told in words with what the server said, and never repeated', async () => {
    await addProvider(0, { apiKey: 'sk-quite-another-key' })
    const { body } = await testCall('live-first', 'small')
    for (const { error } of [body.listing, body.completion]) {
      expect(error).toMatch(/^The server refused the API key \(status 401\)\. It says: “.+”$/)
    }
    expect(JSON.stringify(body)).not.toContain('sk-quite-another-key')
  })

  test('[LM14] what a server says is told without the key, wherever it repeats it', async () => {
    await addProvider(0)
    const said = { error: { message: 'No such key: sk-key-of-the-first-one!' } }
    upstream(0).setDefault({ kind: 'status', status: 400, json: said })
    const { body } = await testCall('live-first', 'small')
    expect(body.completion.error).toContain('“No such key: …!”')
    await addModel('live-model')
    const { secret } = await portal().aKey()
    const answer = await portal().post({ key: secret, body: chatRequest({ model: 'live-model' }) })
    expect(await answer.text()).toContain('No such key: …!')
  })

  test('[LM17] a model that is not there, a server that fails and one that is none are told apart', async () => {
    await addProvider(0)
    expect((await testCall('live-first', 'nothing')).body.completion.error).toMatch(
      /knows no such path or model/,
    )
    upstream(0).setDefault({ kind: 'status', status: 503 })
    expect((await testCall('live-first', 'small')).body.completion.error).toMatch(
      /^The server failed \(status 503\)/,
    )
    upstream(0).setDefault({ kind: 'raw', writes: ['<html>'] })
    expect((await testCall('live-first', 'small')).body.completion.error).toMatch(/Check the base URL/)
    await addProvider(1, { baseUrl: 'http://127.0.0.1:9/v1' })
    expect((await testCall('live-second', 'small')).body).toMatchObject({
      listing: {
        models: [],
        error: expect.stringContaining('127.0.0.1:9 cannot be reached: nothing listens there'),
      },
      completion: { error: expect.stringContaining('cannot be reached') },
    })
  })

  test('[LM16] a redirect is not followed, and told', async () => {
    let visits = 0
    const elsewhere = createServer((_, res) => {
      visits += 1
      res.end('{}')
    })
    const leading = createServer((_, res) => {
      res.writeHead(302, { location: `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/` }).end()
    })
    for (const server of [elsewhere, leading])
      await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    const baseUrl = `http://127.0.0.1:${(leading.address() as AddressInfo).port}/v1`
    await addProvider(0, { baseUrl })
    const { body } = await testCall('live-first', 'small')
    expect(body.listing.error).toMatch(/leads elsewhere \(status 302\)/)
    expect(body.completion.error).toMatch(/leads elsewhere \(status 302\)/)
    expect(visits).toBe(0)
    for (const server of [elsewhere, leading]) server.close()
  })
})

test('[LM14] no log line at any level carries a provider’s key, whatever goes wrong with it', async () => {
  const { url: databaseUrl } = await world.cluster().createDatabase()
  const folder = mkdtempSync('/tmp/portal-keys-')
  const child = spawn(process.execPath, [fileURLToPath(new URL('../main.ts', import.meta.url))], {
    cwd: folder,
    env: {
      ...{ NODE_COMPILE_CACHE: compileCache, PATH: '/usr/bin:/bin' },
      ...{ DATA_DIR: folder, PORT: '0', LOCAL_MODELS: 'off', LOCAL_SPEECH: 'off' },
      ...{ DATABASE_URL: databaseUrl, LOG_LEVEL: 'trace' },
    },
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
  }
  const ended = new Promise((resolve) => child.once('exit', resolve))
  try {
    const token = await eventually(() => {
      const [, found] = /set-up\?token=([\w-]+)\s/.exec(output) ?? []
      if (!found) throw new Error('It has not started yet.')
      return found
    }, 20_000)
    const url = /http:\/\/[\d.]+:\d+/.exec(output)?.[0] ?? ''
    const browser = openBrowser({ url })
    await browser.post('/api/auth/claim-portal', { token, name: 'Ada', email: 'ada@example.com', password })
    const canary = 'canary-of-a-provider-key-4711'
    const made = await browser.post(providersPath, {
      ...{ name: 'main', kind: 'openai', baseUrl: upstream(0).url, apiKey: canary },
    })
    await browser.post(providersPath, { name: 'other', apiKey: canary, baseUrl: 7 })
    await browser.post(modelsPath, aModel({ id: 'm', targets: [{ provider: 'main', model: 'small' }] }))
    await browser.post(`${providersPath}/main/test`, { model: 'small' })
    const { body: key } = await browser.post('/api/keys', { name: 'A key' })
    const asked = await fetch(`${url}/api/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key.key}`, 'content-type': 'application/json' },
      body: JSON.stringify(chatRequest({ model: 'm' })),
    })
    expect([made.status, asked.status]).toEqual([201, 502])
    const { version } = made.body
    await browser.send('DELETE', `${providersPath}/main?version=${version}`)
  } finally {
    child.kill('SIGTERM')
    await ended
    await rm(folder, { recursive: true, force: true })
  }
  expect(output.match(/"requestId":"req_/g)?.length).toBeGreaterThanOrEqual(7)
  expect(output).not.toContain('canary-of-a-provider-key')
}, 60_000)

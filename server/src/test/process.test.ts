// The portal as operators run it: its own process, its real output, a real curl.
import { execFile, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestCluster, type TestCluster } from '../db/test-database.ts'
import { codeOf, tokenIn } from '../sign-in/test-people.ts'
import { compileCache } from './crash/processes.ts'
import { eventually, openBrowser } from './index.ts'

const run = promisify(execFile)
const main = fileURLToPath(new URL('../main.ts', import.meta.url))

let cluster: TestCluster
let folder: string
beforeAll(async () => {
  cluster = await startTestCluster()
  folder = mkdtempSync('/tmp/portal-process-')
})
afterAll(async () => {
  await cluster?.stop()
  await rm(folder, { recursive: true, force: true })
})

async function aProcess(env: Record<string, string>) {
  const child = spawn(process.execPath, [main], {
    cwd: folder,
    env: {
      NODE_COMPILE_CACHE: compileCache,
      PATH: '/usr/bin:/bin',
      DATA_DIR: folder,
      PORT: '0',
      LOCAL_MODELS: 'off',
      ...env,
    },
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
  }
  const exited = once(child, 'exit').then(([code]: unknown[]) => code)
  await eventually(() => {
    if (child.exitCode !== null) return
    expect(output).toContain('ready at http')
  }, 20_000)
  return {
    output: () => output,
    async stop() {
      child.kill('SIGTERM')
      return exited
    },
  }
}

test('the curl that the first start prints works as it is, and no log line at any level carries the key', async () => {
  const { url: databaseUrl } = await cluster.createDatabase()
  const portal = await aProcess({ DATABASE_URL: databaseUrl, LOG_LEVEL: 'trace' })
  try {
    const said = portal.output()
    const command = /^ {2}curl [\s\S]*?'$/m.exec(said)?.[0] ?? ''
    const secret = /sk-live-\w+/.exec(said)?.[0] ?? ''
    const { stdout } = await run('/bin/sh', ['-c', command])
    expect(JSON.parse(stdout)).toMatchObject({
      object: 'chat.completion',
      choices: [
        { message: { role: 'assistant', content: expect.stringMatching(/./) }, finish_reason: 'stop' },
      ],
    })

    const url = /http:\/\/[\d.]+:\d+/.exec(said)?.[0] ?? ''
    const canary = 'sk-live-CANARYCANARYCANARYCANARYCANARYCANARYCA'
    const body = JSON.stringify({ password: canary, messages: 'x' })
    for (const headers of [
      { authorization: `Bearer ${secret}` },
      { authorization: `Bearer ${canary}` },
      { 'x-api-key': canary, cookie: `session=${canary}` },
      { authorization: `Bearer ${secret}`, 'x-api-key': canary },
    ]) {
      const type = { 'content-type': 'application/json' }
      await fetch(`${url}/api/chat/completions`, { method: 'POST', headers: { ...type, ...headers }, body })
      await fetch(`${url}/api/keys?token=${canary}`, { headers })
      await fetch(`${url}/api/nothing`, { headers })
    }
    expect(await portal.stop()).toBe(0)
    const logged = portal.output().slice(said.length)
    expect(logged.match(/"requestId":"req_/g)?.length).toBeGreaterThanOrEqual(13)
    for (const part of [secret, secret.slice(16), canary]) expect(logged).not.toContain(part)
    for (const form of ['hex', 'base64'] as const) {
      expect(logged).not.toContain(createHash('sha256').update(secret).digest(form))
    }
  } finally {
    await portal.stop()
  }
}, 60_000)

test('[R19] no log line at any level carries a password, a link’s token, a code or a cookie', async () => {
  const { url: databaseUrl } = await cluster.createDatabase()
  const portal = await aProcess({ DATABASE_URL: databaseUrl, LOG_LEVEL: 'trace' })
  try {
    const url = /http:\/\/[\d.]+:\d+/.exec(portal.output())?.[0] ?? ''
    const claim = await eventually(() => {
      const [, token] = /set-up\?token=([\w-]+)\s/.exec(portal.output()) ?? []
      if (!token) throw new Error('The link is not printed yet.')
      return token
    })
    const started = portal.output().length
    const browser = openBrowser({ url })
    const email = 'canary@example.com'
    const password = 'C4nary-password!'
    const wrong = 'Wr0ng-canary-password!'
    await browser.get(`/set-up?token=${claim}`)
    const claimed = await browser.post('/api/auth/claim-portal', {
      token: claim,
      name: 'Ada',
      email,
      password,
    })
    expect(claimed.status).toBe(201)
    const cookie = browser.cookies.get('portal-session') ?? ''
    const { body } = await browser.post('/api/auth/2fa/setup')
    const code = codeOf(body.secret)
    const confirmed = await browser.post('/api/auth/2fa/verify', { token: code })
    const [backupCode = ''] = confirmed.body.backupCodes
    await openBrowser({ url }).post('/api/auth/sign-in/email', { email, password: wrong })
    const half = openBrowser({ url })
    await half.post('/api/auth/sign-in/email', { email, password })
    const waiting = half.cookies.get('portal-sign-in') ?? ''
    await half.post('/api/auth/two-factor/verify-backup-code', { code: backupCode })
    await browser.post('/api/auth/forgot-password', { email })
    const link = await eventually(async () => {
      const response = await fetch(`${url}/dev/mailbox`, { headers: { accept: 'application/json' } })
      const { data } = (await response.json()) as { data: { kind: string; links: string[] }[] }
      const token = tokenIn(data.find(({ kind }) => kind === 'reset-password')?.links ?? [])
      expect(token).not.toBe('')
      return token
    })
    await browser.get(`/reset-password?token=${link}`)
    await browser.post('/api/auth/reset-password', { token: link, password: wrong })
    expect(await portal.stop()).toBe(0)
    const logged = portal.output().slice(started)
    expect(logged.match(/"requestId":"req_/g)?.length).toBeGreaterThanOrEqual(10)
    const canaries = { claim, password, wrong, cookie, secret: body.secret, code, backupCode, waiting, link }
    for (const [name, canary] of Object.entries(canaries)) {
      expect([name, canary.length >= 6]).toEqual([name, true])
      // Not as a part of a longer word: six digits may stand in any.
      const found = new RegExp(`(?<!\\w)${canary.replaceAll(/[.$-]/g, '\\$&')}(?!\\w)`).test(logged)
      expect([name, found]).toEqual([name, false])
    }
  } finally {
    await portal.stop()
  }
}, 60_000)

test('[GW-P4] a second process on the same database is refused with a sentence', async () => {
  const { url } = await cluster.createDatabase()
  const first = await aProcess({ DATABASE_URL: url })
  const second = await aProcess({ DATABASE_URL: url })
  expect(await second.stop()).toBe(1)
  expect(second.output()).toMatch(/[A-Z].*database.*\.\n$/s)
  expect(second.output()).not.toContain('    at ')
  expect(await first.stop()).toBe(0)
}, 60_000)

test('settings that are not valid are named, all of them, and nothing starts', async () => {
  const wrong = await aProcess({ PORT: 'x', LOG_LEVEL: 'loud' })
  expect(await wrong.stop()).toBe(1)
  expect(wrong.output()).toMatch(/PORT/)
  expect(wrong.output()).toMatch(/LOG_LEVEL/)
})

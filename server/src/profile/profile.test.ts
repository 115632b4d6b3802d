import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { openDatabase } from '../db/index.ts'
import { createLog } from '../log/index.ts'
import { moveClock, password, usePortal } from '../sign-in/test-people.ts'
import type { Browser } from '../test/index.ts'
import { readActivity } from './export-store.ts'

const { portal, open, mailTo, aSignedIn } = usePortal()
const dayMs = 86_400_000
beforeEach(() => void vi.useRealTimers())

const patch = (browser: Browser, body: unknown) => browser.send('PATCH', '/api/user/profile', { body })

describe('the profile', () => {
  test('[PR1] shows what people say of themselves, and takes changes of it alone', async () => {
    const { browser, email, id } = await aSignedIn()
    const changed = await patch(browser, {
      name: 'Ada Lovelace',
      firstName: 'Ada',
      lastName: 'Lovelace',
      company: 'Acme Inc',
      phone: '+44 20 7946 0958',
      timezone: 'Europe/London',
    })
    expect(changed.body).toEqual({
      id,
      email,
      name: 'Ada Lovelace',
      pendingEmail: null,
      role: 'USER',
      status: 'ACTIVE',
      firstName: 'Ada',
      lastName: 'Lovelace',
      company: 'Acme Inc',
      phone: '+44 20 7946 0958',
      timezone: 'Europe/London',
      hasPassword: true,
      twoFactorEnabled: false,
      deletionAt: null,
      createdAt: expect.stringMatching(/^\d{4}-/),
    })
    expect((await patch(browser, { company: null })).body).toMatchObject({
      company: null,
      firstName: 'Ada',
    })
  })

  test.each([
    ['role', 'ADMIN'],
    ['status', 'ACTIVE'],
    ['twoFactorEnabled', true],
    ['createdAt', '2020-01-01T00:00:00Z'],
    ['email', 'a@x.com,b@y.com'],
    ['timezone', 'Mars/Olympus'],
    ['phone', 'call me'],
    ['name', ''],
    ['company', 'x'.repeat(201)],
    ['company', { not: '' }],
  ])('[PR1] a %s of %j is a 400 that names it, and changes nothing', async (field, value) => {
    const { browser } = await aSignedIn()
    const { status, body } = await patch(browser, { firstName: 'Changed', [field]: value })
    expect([status, body.param]).toEqual([400, field])
    expect((await browser.get('/api/user/profile')).body.firstName).toBeNull()
  })
})

describe('deletion', () => {
  const ask = (browser: Browser, given: string | undefined = password) =>
    browser.post('/api/user/deletion', { password: given })

  test('[PR2] is asked for with the password, told by mail, and undone', async () => {
    const { browser, email } = await aSignedIn()
    expect((await ask(browser, 'Wr0ng-password!')).status).toBe(401)
    const { status, body } = await ask(browser)
    expect(status).toBe(200)
    const inDays = (Date.parse(body.deletionAt) - Date.now()) / dayMs
    expect(inDays).toBeCloseTo(30, 2)
    expect((await browser.get('/api/user/profile')).body).toMatchObject({ status: 'DELETING', ...body })
    await mailTo(email, 'account-deletion-scheduled')
    expect((await browser.send('DELETE', '/api/user/deletion')).status).toBe(200)
    expect((await browser.get('/api/user/profile')).body).toMatchObject({
      status: 'ACTIVE',
      deletionAt: null,
    })
    moveClock(31 * dayMs)
    await portal().services.profiles.deletions.deleteDue()
    expect((await open().post('/api/auth/sign-in/email', { email, password })).status).toBe(200)
  })

  test('[PR2] happens after 30 days: account, sessions and keys are gone, the ledger stays', async () => {
    const { browser, email, id } = await aSignedIn()
    const { body: key } = await browser.post('/api/keys', { name: 'Mine' })
    const completion = () =>
      portal().post({
        key: key.key,
        body: { model: 'test-model', messages: [{ role: 'user', content: 'Hi' }] },
      })
    expect((await completion()).status).toBe(200)
    await ask(browser)
    moveClock(30 * dayMs - 60_000)
    await portal().services.profiles.deletions.deleteDue()
    expect((await completion()).status).toBe(200)
    const used = await portal().ledgerRows(`user_id = '${id}'`)
    moveClock(61_000)
    await portal().services.profiles.deletions.deleteDue()
    await vi.waitFor(async () => expect((await completion()).status).toBe(401))
    expect((await browser.get('/api/user/profile')).status).toBe(401)
    expect((await open().post('/api/auth/sign-in/email', { email, password })).status).toBe(401)
    expect(await portal().ledgerRows(`user_id = '${id}'`)).toEqual(expect.arrayContaining(used))
    expect(used).toHaveLength(2)
    const again = await open().post('/api/auth/register', { name: 'Ada', email, password })
    expect(again.status).toBe(201)
  })

  test('[PR2] is refused to the only owner of an organisation that others are in', async () => {
    const [{ browser, id }, other] = [await aSignedIn(), await aSignedIn()]
    await portal().pool.query(
      `insert into members (id, organisation_id, user_id, role)
       select 'mem_test' || $2, organisation_id, $2, 'member' from members where user_id = $1`,
      [id, other.id],
    )
    const { status, body } = await ask(browser)
    expect([status, body.error]).toEqual([409, expect.stringMatching(/only owner of “Ada”/)])
    await portal().pool.query(`update members set role = 'owner' where id = 'mem_test' || $1`, [other.id])
    expect((await ask(browser)).status).toBe(200)
  })
})

describe('the export', () => {
  test('[PR3] is a zip of everything that is theirs, without a secret and without anybody else’s', async () => {
    const { browser, email } = await aSignedIn()
    const stranger = await aSignedIn()
    const { body: key } = await browser.post('/api/keys', { name: 'Mine' })
    for (let i = 0; i < 3; i++) {
      await portal().post({
        key: key.key,
        body: { model: 'test-model', messages: [{ role: 'user', content: 'Hi' }] },
      })
    }
    const folder = mkdtempSync('/tmp/portal-export-')
    const cookie = [...browser.cookies].map((pair) => pair.join('=')).join('; ')
    const response = await fetch(`${portal().url}/api/user/export`, { headers: { cookie } })
    expect(response.headers.get('content-type')).toBe('application/zip')
    expect(response.headers.get('content-disposition')).toMatch(/^attachment/)
    writeFileSync(join(folder, 'data.zip'), Buffer.from(await response.arrayBuffer()))
    execFileSync('python3', ['-m', 'zipfile', '-e', join(folder, 'data.zip'), folder])
    const read = (name: string) => readFileSync(join(folder, name), 'utf8')
    const rowsOf = (name: string) =>
      read(name)
        .trim()
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line))
    expect(rowsOf('passkeys.jsonl')).toEqual([])
    expect(rowsOf('profile.jsonl')).toMatchObject([{ email }])
    expect(rowsOf('requests.jsonl')).toHaveLength(3)
    expect(rowsOf('api-keys.jsonl')).toMatchObject([{ name: 'Mine' }])
    expect(rowsOf('activity.jsonl').map(({ action }) => action)).toContain('user.signed-in')
    const everything = readdirSync(folder)
      .filter((name) => name !== 'data.zip')
      .map(read)
      .join()
    expect(everything).not.toContain(key.key)
    expect(everything).not.toContain('argon2')
    expect(everything).not.toContain(stranger.id)
  })

  test('[PR3] tells what others did to them, and not from where', async () => {
    const [{ id }, other] = [await aSignedIn(), await aSignedIn()]
    await portal().pool.query(
      `insert into audit_events (id, at, actor_id, subject_id, action, ip_address, user_agent)
       values ('aud_of_another', now(), $1, $2, 'member.role-changed', '192.0.2.77', 'Lynx')`,
      [other.id, id],
    )
    const { db, close } = await openDatabase({
      url: portal().database.url,
      dataDir: '/nowhere',
      log: createLog('silent'),
    })
    const events: object[] = []
    for await (const event of readActivity(db, id)) events.push(event)
    await close()
    expect(events).toContainEqual(
      expect.objectContaining({ id: 'aud_of_another', ip_address: null, user_agent: null }),
    )
    expect(events).toContainEqual(
      expect.objectContaining({ action: 'user.signed-in', user_agent: 'Firefox' }),
    )
  })

  test('[PR3] is made five times an hour, and for nobody who is not signed in', async () => {
    const { browser } = await aSignedIn()
    const made = await Promise.all(Array.from({ length: 8 }, () => browser.get('/api/user/export')))
    expect(made.map(({ status }) => status).sort()).toEqual([200, 200, 200, 200, 200, 429, 429, 429])
    expect((await open().get('/api/user/export')).status).toBe(401)
  })
})

import { beforeEach, describe, expect, test, vi } from 'vitest'
import { startTestCluster } from '../db/test-database.ts'
import { moveClock, tokenIn, usePortal } from '../sign-in/test-people.ts'
import { eventually, startPortal } from '../test/index.ts'
import { admin, password } from './test-admin.ts'

const { portal, open, mailTo } = usePortal()
beforeEach(() => void vi.useRealTimers())

const create = (email: string, ...more: string[]) =>
  admin({ DATABASE_URL: portal().database.url }, 'create-user', '--email', email, ...more)
const setPassword = (token: string) => open().post('/api/auth/reset-password', { token, password })
const signIn = (email: string) => open().post('/api/auth/sign-in/email', { email, password })

describe('a user who is made without a password', () => {
  test('[SU8] sets it by the link that is printed, once, and is in', async () => {
    const made = await create('ada@example.com')
    expect(made).toMatchObject({ code: 0, stderr: '' })
    expect(made.last).toMatch(/^http:\/\/127\.0\.0\.1:3000\/reset-password\?token=[\w-]{43}$/)
    expect((await signIn('ada@example.com')).body.code).toBe('invalid_credentials')
    const token = tokenIn([made.last])
    expect((await setPassword(token)).status).toBe(200)
    expect((await setPassword(token)).body.code).toBe('invalid_token')
    expect((await signIn('ada@example.com')).body).toMatchObject({ redirect: false })
  })

  test('[SU8] has a day for it, and it is kept as a hash alone', async () => {
    const late = await create('late@example.com')
    const soon = await create('soon@example.com')
    const { rows } = await portal().pool.query('select json_agg(l)::text as all from mail_links l')
    for (const { last } of [late, soon]) expect(rows[0].all).not.toContain(tokenIn([last]))
    moveClock(24 * 3_600_000 - 60_000)
    expect((await setPassword(tokenIn([soon.last]))).status).toBe(200)
    moveClock(61_000)
    expect((await setPassword(tokenIn([late.last]))).body.code).toBe('invalid_token')
  })

  test('[SU8] gets it by mail where that is asked for, and nobody reads it off the screen', async () => {
    const made = await create('bob@example.com', '--mail-link')
    expect(made).toMatchObject({ code: 0, stderr: '' })
    expect(made.stdout).not.toContain('token')
    const { links, text } = await mailTo('bob@example.com', 'first-password')
    expect(text).toContain('An account was made for you.')
    expect((await setPassword(tokenIn(links))).status).toBe(200)
  })

  test('[SU8] is not made at all where the mail cannot be', async () => {
    const { pool } = portal()
    await pool.query('alter table mails rename to mails_away')
    const failed = await create('none@example.com', '--mail-link').finally(() =>
      pool.query('alter table mails_away rename to mails'),
    )
    expect(failed.code).toBe(1)
    const { rows } = await pool.query(`select 1 from users where email = 'none@example.com'`)
    expect(rows).toEqual([])
  })
})

test('[M-17] a mail that a command asks for before any server has run leaves with the first start', async () => {
  const cluster = await startTestCluster()
  const database = await cluster.createDatabase({ empty: true })
  const args = ['--email', 'early@example.com', '--mail-link']
  const made = await admin({ DATABASE_URL: database.url }, 'create-user', ...args)
  expect(made).toMatchObject({ code: 0, stderr: '' })
  const first = await startPortal({ cluster, database })
  await eventually(async () => {
    const mails = await first.services.mailbox?.list({ to: 'early@example.com' })
    expect(mails).toMatchObject([{ kind: 'first-password' }])
  })
  await first.close()
  await cluster.stop()
}, 60_000)

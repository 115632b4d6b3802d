import { beforeEach, describe, expect, test, vi } from 'vitest'
import { useAdministration } from '../administration/test-administration.ts'
import { moveClock } from '../sign-in/test-people.ts'
import { type Browser, eventually, type PastRequest, settlePast } from '../test/index.ts'
import { listenTo } from './test-live.ts'

const { portal, open, aSignedIn, anAdministrator, aKeyHolder } = useAdministration()
beforeEach(() => void vi.useRealTimers())

const withKey = (key: string) => listenTo(portal(), { authorization: `Bearer ${key}` })
const withCookies = ({ cookies }: Browser) =>
  listenTo(portal(), { cookie: [...cookies].map((pair) => pair.join('=')).join('; ') })

describe('[UD2] a stream of what is used today ends', () => {
  test('with its reader’s signing out, an administrator’s being themselves again, and an account’s suspension', async () => {
    const [leaving, admin, holder] = [await aSignedIn(), await anAdministrator(), await aKeyHolder()]
    const own = open()
    await own.post('/api/auth/sign-in/email', { email: admin.email, password: 'SecureP@ssw0rd!' })
    await admin.browser.post(`/api/admin/users/${holder.id}/impersonate`, { reason: 'Ticket' })
    const streams = await Promise.all([
      withCookies(leaving.browser),
      withCookies(admin.browser),
      withCookies(holder.browser),
      withKey(holder.key),
    ])
    await leaving.browser.post('/api/auth/sign-out')
    await admin.browser.post('/api/auth/stop-impersonating')
    await Promise.all(streams.slice(0, 2).map(({ ended }) => ended))
    await own.post(`/api/admin/users/${holder.id}/suspend`, { reason: 'Spam.' })
    await Promise.all(streams.map(({ ended }) => ended))
    for (const { told } of streams) expect(told).toHaveLength(1)
  })

  test('with the time of its key', async () => {
    const { key, keyId } = await aKeyHolder()
    await portal().pool.query(
      `update api_keys set expires_at = clock_timestamp() + interval '2 seconds' where id = $1`,
      [keyId],
    )
    const stream = await withKey(key)
    expect(stream.status).toBe(200)
    await stream.ended
  })
})

test('[UD2] looking whether its reader still may is no use of a key, and keeps no session alive', async () => {
  const holder = await aKeyHolder()
  const traces = async () => {
    const { rows } = await portal().pool.query(
      'select last_seen_at, expires_at from sessions where user_id = $1',
      [holder.id],
    )
    // Last, for this does renew it.
    const { body } = await holder.browser.get(`/api/keys/${holder.keyId}`)
    return { rows, usedAt: body.lastUsedAt }
  }
  const streams = await Promise.all([withKey(holder.key), withCookies(holder.browser)])
  const before = await traces()
  expect(before).toMatchObject({ rows: [expect.anything()], usedAt: expect.any(String) })
  // Past the 15 minutes after which a session is renewed by whoever uses it.
  const at = new Date()
  moveClock(16 * 60_000)
  const use = { userId: holder.id, organisationId: holder.organisationId, at }
  await settlePast(portal().pool, [use as PastRequest])
  // What is new is told after a look.
  await eventually(() => expect(streams.map(({ told }) => told.length)).toEqual([2, 2]))
  expect(await traces()).toEqual(before)
  for (const { leave } of streams) leave()
})

import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestCluster, type TestCluster } from './db/test-database.ts'
import { claimUrl, firstKey } from './first-start.ts'
import { openBrowser, type Portal, startPortal } from './test/index.ts'

let cluster: TestCluster
let portal: Portal
beforeAll(async () => {
  cluster = await startTestCluster()
  portal = await startPortal({ cluster })
})
afterAll(async () => {
  await portal?.close()
  await cluster?.stop()
})

const count = async (table: string): Promise<number> =>
  (await portal.pool.query(`select count(*)::int as count from ${table}`)).rows[0].count

test('the operator and the first key come into being together or not at all, and only once', async () => {
  const { accounts, keys } = portal.services
  const broken = { ...keys, createKey: async () => Promise.reject(new Error('The power went.')) }
  await expect(firstKey({ accounts, keys: broken })).rejects.toThrow('The power went.')
  expect([await count('users'), await count('organisations')]).toEqual([0, 0])

  const key = (await firstKey({ accounts, keys })) ?? ''
  const response = await fetch(`${portal.url}/api/keys`, { headers: { authorization: `Bearer ${key}` } })
  expect(await response.json()).toMatchObject({ data: [{ name: 'First key', tier: 'ENTERPRISE' }] })
  expect(await firstKey({ accounts, keys })).toBeNull()

  await portal.pool.query('delete from api_keys')
  expect(await firstKey({ accounts, keys }), 'whoever deleted the last key gets no other').toBeNull()
  expect(await count('api_keys')).toBe(0)
})

test('[SU7] by the link of a start, and the last one alone, somebody becomes the operator with all they have, once', async () => {
  const url = async () => new URL((await claimUrl(portal.services)) ?? 'none:')
  const [older, newer] = [await url(), await url()]
  expect(newer.href).toMatch(`${portal.url}/set-up?token=`)
  const claim = (link: URL, email = 'ada@example.com') =>
    openBrowser(portal).post('/api/auth/claim-portal', {
      token: link.searchParams.get('token'),
      ...{ name: 'Ada', email, password: 'SecureP@ssw0rd!' },
    })
  expect((await claim(older)).body.code).toBe('invalid_token')
  const both = await Promise.all([claim(newer), claim(newer, 'eve@example.com')])
  expect(both.map(({ status }) => status).sort()).toEqual([201, 400])
  const { body } = both.find(({ status }) => status === 201) ?? {}
  expect(body.user).toMatchObject({ name: 'Ada', role: 'ADMIN', emailVerified: true })
  expect(await claimUrl(portal.services)).toBeNull()
  const stranger = { name: 'Eve', email: 'operator@portal.internal', password: 'SecureP@ssw0rd!' }
  expect((await openBrowser(portal).post('/api/auth/register', stranger)).status).toBe(201)
  expect(await claimUrl(portal.services)).toBeNull()
  const browser = openBrowser(portal)
  await browser.post('/api/auth/sign-in/email', { email: body.user.email, password: 'SecureP@ssw0rd!' })
  expect((await browser.get('/api/auth/get-session')).body.user.role).toBe('ADMIN')
})

import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestCluster, type TestCluster } from './db/test-database.ts'
import { firstKey, reachableUrl } from './first-start.ts'
import { type Portal, startPortal } from './test/index.ts'

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

test.each([
  ['127.0.0.1', 'IPv4', 'http://127.0.0.1:3000'],
  ['0.0.0.0', 'IPv4', 'http://127.0.0.1:3000'],
  ['::', 'IPv6', 'http://127.0.0.1:3000'],
  ['::1', 'IPv6', 'http://[::1]:3000'],
  ['192.0.2.7', 'IPv4', 'http://192.0.2.7:3000'],
])('a server that listens on %s is found by a command that can be pasted', (address, family, url) => {
  expect(reachableUrl({ address, family, port: 3000 })).toBe(url)
})

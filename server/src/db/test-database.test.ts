import { readdirSync } from 'node:fs'
import pg from 'pg'
import { expect, test, vi } from 'vitest'
import { startTestCluster } from './test-database.ts'

vi.setConfig({ testTimeout: 40_000 })

test('databases are migrated and apart from one another, and nothing of them stays', async () => {
  const cluster = await startTestCluster()
  const [one, two] = await Promise.all([cluster.createDatabase(), cluster.createDatabase()])
  const clients = [new pg.Client(one.clientConfig), new pg.Client(two.url)]
  for (const client of clients) {
    client.on('error', () => {})
    await client.connect()
  }
  const [first, second] = clients as [pg.Client, pg.Client]
  await first.query(`insert into nodes (id) values ('a')`)
  expect((await first.query('select id from nodes')).rows).toEqual([{ id: 'a' }])
  expect((await second.query('select id from nodes')).rows).toEqual([])

  const host = String(one.clientConfig.host)
  await cluster.stop() // although two clients are still connected
  expect(() => readdirSync(host)).toThrow('ENOENT')
})

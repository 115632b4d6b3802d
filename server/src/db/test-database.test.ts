import { readdirSync } from 'node:fs'
import pg from 'pg'
import { expect, test, vi } from 'vitest'
import { startOwnCluster, startTestCluster } from './test-database.ts'

vi.setConfig({ testTimeout: 40_000 })

test('databases are migrated and apart from one another, and nothing of them stays', async () => {
  const cluster = await startOwnCluster()
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

test('of databases on a server that a run shares nothing stays either', async () => {
  const [ours, others] = [await startTestCluster(), await startTestCluster()]
  const { clientConfig } = await ours.createDatabase()
  const witness = new pg.Client((await others.createDatabase()).clientConfig)
  await witness.connect()
  const left = new pg.Client(clientConfig)
  left.on('error', () => {})
  await left.connect()
  await ours.stop()
  const { rowCount } = await witness.query('select from pg_database where datname = $1', [
    clientConfig.database,
  ])
  expect(rowCount).toBe(0)
  await witness.end()
  await others.stop()
})

import { copyFileSync, globSync, mkdtempSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { migrate } from './migrate.ts'
import { startTestCluster, type TestCluster } from './test-database.ts'

const before = mkdtempSync('/tmp/portal-migrations-')
let cluster: TestCluster
beforeAll(async () => {
  cluster = await startTestCluster()
})
afterAll(async () => {
  await cluster.stop()
  rmSync(before, { recursive: true })
})

test('[OA4] of several accounts of a site that somebody had, the first linked one stays', async () => {
  const { clientConfig } = await cluster.createDatabase({ empty: true })
  for (const file of globSync(join(import.meta.dirname, 'migrations/000[1-8]_*.sql')))
    copyFileSync(file, join(before, basename(file)))
  await migrate(clientConfig, { folder: before })
  const client = new pg.Client(clientConfig)
  await client.connect()
  await client.query(`
    insert into users (id, name, email) values ('ada', 'Ada', 'ada@example.com'), ('bob', 'Bob', 'bob@example.com');
    insert into accounts (id, account_id, provider_id, user_id) values
      ('acc_1', 'ada', 'credential', 'ada'), ('acc_2', '1', 'google', 'ada'), ('acc_3', '2', 'google', 'ada'),
      ('acc_4', '3', 'google', 'ada'), ('acc_5', '1', 'github', 'ada'), ('acc_6', '4', 'google', 'bob')`)
  await migrate(clientConfig)
  const { rows } = await client.query('select id from accounts order by id')
  await client.end()
  expect(rows.map(({ id }) => id)).toEqual(['acc_1', 'acc_2', 'acc_5', 'acc_6'])
})

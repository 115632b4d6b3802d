import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { migrate } from './migrate.ts'
import { startTestCluster, type TestCluster } from './test-database.ts'

vi.setConfig({ testTimeout: 40_000, hookTimeout: 40_000 })

const folder = mkdtempSync('/tmp/portal-migrations-')
let cluster: TestCluster
let config: pg.ClientConfig

beforeAll(async () => {
  cluster = await startTestCluster()
})
afterAll(async () => {
  await cluster.stop()
  rmSync(folder, { recursive: true })
})
beforeEach(async () => {
  config = (await cluster.createDatabase({ empty: true })).clientConfig
  rmSync(folder, { recursive: true, force: true })
  writeMigrations({
    '0001_first.sql': 'create table a (n int);',
    '0002_second.sql': 'insert into a values (1);',
  })
})

function writeMigrations(files: Record<string, string>): void {
  mkdirSync(folder, { recursive: true })
  for (const [name, sql] of Object.entries(files)) writeFileSync(join(folder, name), sql)
}

async function query(text: string): Promise<unknown[]> {
  const client = new pg.Client(config)
  await client.connect()
  try {
    return (await client.query(text)).rows
  } finally {
    await client.end()
  }
}

test('each migration is applied once, in order', async () => {
  expect(await migrate(config, { folder })).toEqual(['0001_first.sql', '0002_second.sql'])
  expect(await migrate(config, { folder })).toEqual([])
  writeMigrations({ '0003_third.sql': 'insert into a values (2);' })
  expect(await migrate(config, { folder })).toEqual(['0003_third.sql'])
  expect(await query('select n from a order by n')).toEqual([{ n: 1 }, { n: 2 }])
})

test('of many at once exactly one applies', async () => {
  const results = await Promise.all(Array.from({ length: 8 }, () => migrate(config, { folder })))
  expect(results.filter((names) => names.length === 2)).toHaveLength(1)
  expect(results.filter((names) => names.length === 0)).toHaveLength(7)
  expect(await query('select n from a')).toEqual([{ n: 1 }])
})

test('[DB9] one that waits for a table lets those pass who read it meanwhile', async () => {
  await migrate(config, { folder })
  writeMigrations({ '0003_third.sql': 'alter table a add m int;' })
  const reader = new pg.Client(config)
  await reader.connect()
  await reader.query('begin; select from a')
  const migrating = migrate(config, { folder })
  await vi.waitFor(async () => {
    expect(await query(`select from pg_locks where relation = 'a'::regclass and not granted`)).toHaveLength(1)
  }, 5_000)
  await query(`set statement_timeout = '2500ms'; select from a`)
  await reader.query('commit')
  await reader.end()
  expect(await migrating).toEqual(['0003_third.sql'])
})

test('a migration that fails leaves nothing of itself, and is tried again', async () => {
  writeMigrations({ '0003_third.sql': 'insert into a values (2); insert into missing values (1);' })
  await expect(migrate(config, { folder })).rejects.toThrow(
    /0003_third\.sql failed and was undone: .*missing/,
  )
  expect(await query('select n from a')).toEqual([{ n: 1 }])
  writeMigrations({ '0003_third.sql': 'insert into a values (2);' })
  expect(await migrate(config, { folder })).toEqual(['0003_third.sql'])
})

test('an applied file that changed is refused', async () => {
  await migrate(config, { folder })
  writeMigrations({ '0001_first.sql': 'create table a (n int, m int);' })
  await expect(migrate(config, { folder })).rejects.toThrow(/0001_first\.sql was changed after/)
})

test('line ends that Git converted are no change', async () => {
  writeMigrations({ '0001_first.sql': 'create table a\n(n int);\n' })
  await migrate(config, { folder })
  writeMigrations({ '0001_first.sql': 'create table a\r\n(n int);\r\n' })
  expect(await migrate(config, { folder })).toEqual([])
})

test('a database from a newer release is refused', async () => {
  writeMigrations({ '0003_third.sql': 'insert into a values (2);' })
  await migrate(config, { folder })
  rmSync(join(folder, '0003_third.sql'))
  await expect(migrate(config, { folder })).rejects.toThrow(/newer than this release.*0003_third\.sql/)
})

test('a file that comes before an applied one is refused', async () => {
  writeMigrations({ '0004_fourth.sql': 'insert into a values (4);' })
  await migrate(config, { folder })
  writeMigrations({ '0003_third.sql': 'insert into a values (3);' })
  await expect(migrate(config, { folder })).rejects.toThrow(/0003_third\.sql comes before 0004_fourth\.sql/)
})

test.each(['0002_again.sql', 'third.sql'])('the name %s is refused', async (name) => {
  writeMigrations({ [name]: 'select 1;' })
  await expect(migrate(config, { folder })).rejects.toThrow(/needs a name like 0001_what_it_does\.sql/)
})

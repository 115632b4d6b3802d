import type pg from 'pg'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { standConnected } from './standing-connection.ts'
import { startTestCluster, type TestCluster } from './test-database.ts'

vi.setConfig({ testTimeout: 40_000, hookTimeout: 40_000 })

const log = { info() {}, warn() {}, error() {} }
let cluster: TestCluster
let config: pg.ClientConfig

beforeAll(async () => {
  cluster = await startTestCluster()
  config = (await cluster.createDatabase()).clientConfig
})
afterAll(() => cluster.stop())

test('a server that falls silent without closing the connection is noticed', async () => {
  const pids: number[] = []
  let disconnects = 0
  const connection = await standConnected({
    clientConfig: config,
    log,
    name: 'test',
    pulseMs: 100,
    onConnect: async (client) => {
      const { rows } = await client.query('select pg_backend_pid() as pid')
      pids.push(rows[0].pid)
    },
    onDisconnect: () => disconnects++,
  })
  const [silent = 0] = pids
  process.kill(silent, 'SIGSTOP')
  await vi.waitFor(() => expect(pids.length).toBe(2), 10_000)
  process.kill(silent, 'SIGCONT')
  expect(disconnects).toBe(1)
  await connection.close()
})

test('the first connection has to succeed', async () => {
  const attempt = standConnected({
    clientConfig: { ...config, database: 'missing' },
    log,
    name: 'test',
    onConnect: async () => {},
  })
  await expect(attempt).rejects.toMatchObject({ code: '3D000' })
})

test('an outage is told in lines without a stack, once for each reason', async () => {
  const { url } = await cluster.createDatabase()
  const warn = vi.fn()
  let attempts = 0
  const connection = await standConnected({
    clientConfig: { ...config, database: new URL(url).pathname.slice(1) },
    log: { ...log, warn },
    name: 'test',
    onConnect: async (client) => {
      attempts++
      if (attempts > 1 && attempts < 5) throw new Error('not yet')
      if (attempts === 1) process.kill((await client.query('select pg_backend_pid() as pid')).rows[0].pid)
    },
  })
  await vi.waitFor(() => expect(attempts).toBe(5), 10_000)
  expect(warn.mock.calls).toEqual([
    [{ reason: expect.stringMatching(/terminat/) }, 'the test lost its database connection'],
    [{ reason: 'not yet' }, 'the test cannot reach the database'],
  ])
  await connection.close()
})

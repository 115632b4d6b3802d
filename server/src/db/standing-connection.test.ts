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

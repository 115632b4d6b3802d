import { newId } from '@portal/contract'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Database, migrate, openDatabase } from '../db/index.ts'
import { startTestCluster, type TestCluster } from '../db/test-database.ts'
import { createLog } from '../log/index.ts'
import { recordAudit } from './audit.ts'
import { createAuditLog } from './audit-log.ts'

let cluster: TestCluster
let database: Database
beforeAll(async () => {
  cluster = await startTestCluster()
  const { url, clientConfig } = await cluster.createDatabase()
  await migrate(clientConfig)
  database = await openDatabase({ url, dataDir: '/nowhere', log: createLog('silent') })
})
afterAll(async () => {
  await database?.close()
  await cluster?.stop()
})

test('[O-19] every day events older than 365 days are deleted, and no others', async () => {
  const nowMs = Date.parse('2026-11-22T09:30:00Z')
  const dayMs = 86_400_000
  const about = { organisationId: 'org_1', actorId: 'usr_1', subjectId: null, from: null }
  for (const atMs of [nowMs, nowMs - 365 * dayMs, nowMs - 365 * dayMs - 1, nowMs - 4000 * dayMs])
    await recordAudit(database.db, { action: 'user.signed-in', atMs, ...about })
  const handlers: (() => Promise<unknown>)[] = []
  const times: string[] = []
  createAuditLog({
    db: database.db,
    now: () => nowMs,
    jobs: {
      work: (_queue, handler) =>
        void handlers.push(() =>
          handler({} as never, { jobId: newId('request'), number: 1, signal: new AbortController().signal }),
        ),
      everyDay: (_queue, { time }) => void times.push(time),
    },
  })
  expect(times).toEqual(['03:40'])
  for (const handler of handlers) await handler()
  const rows = await database.db.selectFrom('audit_events').select('at').orderBy('id').execute()
  expect(rows.map(({ at }) => at.getTime())).toEqual([nowMs - 365 * dayMs, nowMs])
})

import { mkdtempSync, rmSync } from 'node:fs'
import { newId } from '@portal/contract'
import pg from 'pg'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { startTestCluster, type TestCluster } from '../db/test-database.ts'
import { aHold, aSettlement } from './fixtures.ts'
import { createLedger } from './ledger.ts'
import type { Ledger } from './types.ts'
import { createUsageReader } from './usage-reader.ts'

const noon = Date.UTC(2031, 6, 1, 12)
const day = 86_400_000
const spillDir = mkdtempSync('/tmp/portal-spill-')
let cluster: TestCluster
let pool: pg.Pool
let ledger: Ledger

beforeAll(async () => {
  cluster = await startTestCluster()
  pool = new pg.Pool((await cluster.createDatabase()).clientConfig)
  ledger = createLedger({ pool, spillDir, log: pino({ level: 'silent' }), exclusive: true, now: () => noon })
  await ledger.start()
}, 60_000)
afterAll(async () => {
  await ledger.close()
  await pool.end()
  await cluster.stop()
  rmSync(spillDir, { recursive: true })
})

const settleAt = (startedAt: number, overrides = {}) =>
  ledger.settle(aSettlement({ startedAt, ...overrides }))

test('days and months are those of UTC, to the millisecond', async () => {
  const keyId = newId('key')
  const midnight = Date.UTC(2031, 6, 2)
  await settleAt(midnight - day - 1, { keyId, outputTokens: 1 })
  await settleAt(Date.UTC(2031, 6, 1) - 1, { keyId, outputTokens: 2 })
  await settleAt(midnight - 1, { keyId, outputTokens: 4 })
  await settleAt(midnight, { keyId, outputTokens: 8 })
  const reader = createUsageReader(pool)
  expect(await reader.ofKey(keyId, midnight - 1)).toMatchObject({ day: 104, month: 212 })
  expect(await reader.ofKey(keyId, midnight)).toMatchObject({ day: 108, month: 212 })
  expect(await reader.ofKey(keyId, Date.UTC(2031, 5, 30))).toMatchObject({ day: 203, month: 203 })
})

test('open holds count with what they hold, and only to their own key', async () => {
  const keyId = newId('key')
  await settleAt(noon, { keyId })
  ledger.open(aHold({ startedAt: noon + 1, keyId, heldTokens: 5_000 }))
  ledger.open(aHold({ startedAt: noon + 1, keyId: newId('key') }))
  const reader = createUsageReader(pool)
  await vi.waitFor(async () => {
    expect(await reader.ofKey(keyId, noon + 2)).toMatchObject({ day: 5_150, month: 5_150 })
  })
})

test('the starts of the last minute come back in order, settled and under way', async () => {
  const keyId = newId('key')
  for (const ago of [5_000, 59_999, 60_000]) await settleAt(noon - ago, { keyId })
  ledger.open(aHold({ startedAt: noon - 1, keyId }))
  const reader = createUsageReader(pool)
  await vi.waitFor(async () => {
    const { requestTimes } = await reader.ofKey(keyId, noon)
    expect(requestTimes).toEqual([noon - 59_999, noon - 5_000, noon - 1])
  })
})

test('an organisation’s tokens are summed over its period, across keys', async () => {
  const organisationId = newId('organisation')
  const period = { startsAt: noon, endsAt: noon + 30 * day }
  for (const startedAt of [noon - 1, noon, period.endsAt - 1, period.endsAt]) {
    await settleAt(startedAt, { organisationId, keyId: newId('key') })
  }
  const reader = createUsageReader(pool, () => noon)
  expect(await reader.ofOrganisation(organisationId, period)).toEqual({
    tokens: 300,
    requestTimes: [noon - 1, noon],
  })
})

import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Database, openDatabase } from '../db/index.ts'
import { startTestCluster, type TestCluster } from '../db/test-database.ts'
import { AppError } from '../errors.ts'
import { createLog } from '../log/index.ts'
import { createThrottles, type Throttles } from './index.ts'

const clock = { ms: Date.parse('2026-03-04T05:06:07.890Z') }
const three = { name: 'three', max: 3, windowMs: 60_000 }
let cluster: TestCluster
let database: Database
let throttles: Throttles
beforeAll(async () => {
  cluster = await startTestCluster()
  const { url } = await cluster.createDatabase()
  database = await openDatabase({ url, dataDir: '/nowhere', log: createLog('silent') })
  throttles = createThrottles({ db: database.db, now: () => clock.ms })
})
afterAll(async () => {
  await database?.close()
  await cluster?.stop()
})

/** Seconds to wait, or null where the try was let through. */
const tryOnce = (subject: string, throttle = three): Promise<number | null> =>
  throttles.take(throttle, subject).then(
    () => null,
    (error: unknown) => {
      if (!(error instanceof AppError)) throw error
      return Number(error.headers['retry-after'])
    },
  )

test('[SI3] of many tries at once exactly as many are let through as may', async () => {
  const outcomes = await Promise.all(Array.from({ length: 40 }, () => tryOnce('parallel')))
  expect(outcomes.filter((wait) => wait === null)).toHaveLength(3)
  expect(outcomes.filter((wait) => wait === 60)).toHaveLength(37)
})

test('the window slides: a try is let through when the oldest one is a window ago', async () => {
  expect(await tryOnce('slide')).toBeNull()
  clock.ms += 20_000
  expect([await tryOnce('slide'), await tryOnce('slide'), await tryOnce('slide')]).toEqual([null, null, 40])
  clock.ms += 39_999
  expect(await tryOnce('slide')).toBe(1)
  clock.ms += 1
  expect([await tryOnce('slide'), await tryOnce('slide')]).toEqual([null, 20])
})

test('subjects and throttles are counted apart', async () => {
  for (let i = 0; i < 3; i++) await tryOnce('apart')
  expect(await tryOnce('apart')).toBe(60)
  expect(await tryOnce('another')).toBeNull()
  expect(await tryOnce('apart', { ...three, name: 'other' })).toBeNull()
})

test('a try can be given back, and all of a subject’s forgotten', async () => {
  for (let i = 0; i < 3; i++) await tryOnce('back')
  await throttles.giveBack(three, 'back')
  expect([await tryOnce('back'), await tryOnce('back')]).toEqual([null, 60])
  await throttles.forget(three, 'back')
  expect(await tryOnce('back')).toBeNull()
})

test('what counts no longer is swept, the rest is not', async () => {
  await tryOnce('old')
  clock.ms += 60_001
  for (let i = 0; i < 3; i++) await tryOnce('new')
  await throttles.sweep()
  const rows = await database.db.selectFrom('throttles').select('key').execute()
  expect(rows).toEqual([{ key: 'three new' }])
  expect(await tryOnce('new')).toBe(60)
})

import { afterAll, beforeAll, expect, test } from 'vitest'
import { ask, createKey, errorOf } from './client.ts'
import { openHouse } from './house.ts'
import { checkLedger } from './ledger-check.ts'
import { startUpstreamProcess, type UpstreamProcess } from './upstream.ts'

let upstream: UpstreamProcess
beforeAll(async () => {
  upstream = await startUpstreamProcess(0)
})
afterAll(async () => {
  upstream.signal('SIGTERM')
  await upstream.exited
})

test('[GW-L6] limits survive a restart, by SIGTERM and by kill -9: the minute, the day and the month go on where they were', async () => {
  const house = openHouse(upstream.url)
  let portal = await house.start()
  const operator = portal.key ?? ''
  const keys = {
    minute: await createKey(portal.url, operator, { rpmLimit: 6 }),
    day: await createKey(portal.url, operator, { dailyLimit: 900 }),
    month: await createKey(portal.url, operator, { monthlyLimit: 900 }),
  }
  const used = { day: 0, month: 0 }
  const spend = async (period: 'day' | 'month') => {
    const { status, tokens } = await ask(portal.url, keys[period], { kind: 'whole', words: 100 })
    expect(status).toBe(200)
    used[period] += (tokens?.input ?? 0) + (tokens?.output ?? 0)
  }
  const countMinute = () => ask(portal.url, keys.minute, { kind: 'whole', words: 1 })

  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    for (const period of ['day', 'month'] as const) await spend(period)
    for (let i = 0; i < 2; i++) expect((await countMinute()).status).toBe(200)
    portal.signal(signal)
    await portal.exited
    portal = await house.start()
  }

  // Four of six before, so two are left.
  expect([await countMinute(), await countMinute(), await countMinute()].map(({ status }) => status)).toEqual(
    [200, 200, 429],
  )
  for (const [period, rule] of [
    ['day', 'key_tokens_per_day'],
    ['month', 'key_tokens_per_month'],
  ] as const) {
    expect(used[period]).toBeGreaterThan(400)
    // More than is left, and less than the whole limit: only what was used before can refuse it.
    const refused = await ask(portal.url, keys[period], { kind: 'whole', words: 700 })
    expect(refused).toMatchObject({ status: 429, headers: { 'x-should-retry': 'false' } })
    expect(errorOf(refused)).toMatchObject({ limit: rule, maximum: 900, used: used[period] })
  }
  await checkLedger(house, [])
}, 90_000)

import { expect, test } from 'vitest'
import { createInProcessAdmission } from './in-process.ts'
import { describeAdmission } from './suite.ts'
import { aReader, aRequest, aWorld, MINUTE_MS, START } from './suite-world.ts'

const HOUR_MS = 60 * MINUTE_MS

describeAdmission('in process', createInProcessAdmission)

async function aCountedWorld() {
  const reads: string[] = []
  const usage = aReader({
    async ofKey(id) {
      reads.push(id)
      return { day: 0, month: 0, requestTimes: [] }
    },
    async ofOrganisation(id) {
      reads.push(id)
      return { tokens: 0, requestTimes: [] }
    },
  })
  const world = await aWorld((deps) => createInProcessAdmission({ ...deps, leaseMaxMs: 3 * HOUR_MS }), usage)
  return { ...world, reads }
}

test('counters idle for over an hour are forgotten and read again', async () => {
  const { admit, clock, reads } = await aCountedWorld()
  ;(await admit(aRequest())).settle(1)
  clock.at = START + HOUR_MS
  ;(await admit(aRequest())).settle(1)
  expect(reads).toEqual(['key_a', 'org_a'])
  clock.at += HOUR_MS + 1
  await admit(aRequest())
  expect(reads).toEqual(['key_a', 'org_a', 'key_a', 'org_a'])
})

test('counters with an open lease are not forgotten, nor within an hour after it ended', async () => {
  const { admit, clock, reads } = await aCountedWorld()
  const lease = await admit(aRequest())
  clock.at = START + 2 * HOUR_MS
  ;(await admit(aRequest())).settle(1)
  clock.at += HOUR_MS - 1
  lease.settle(50)
  clock.at += HOUR_MS
  await admit(aRequest())
  expect(reads).toEqual(['key_a', 'org_a'])
})

test('a refused request keeps the counters in memory', async () => {
  const { refuse, clock, reads } = await aCountedWorld()
  const request = aRequest({ key: { requestsPerMinute: 0 } })
  for (let times = 0; times < 4; times++) {
    await refuse(request)
    clock.at += HOUR_MS
  }
  expect(reads).toEqual(['key_a', 'org_a'])
})

test('runs on the clock and the lease time of its own when given none', async () => {
  const admission = createInProcessAdmission({ usage: aReader() })
  const request = aRequest({ key: { requestsPerMinute: 1 } })
  const before = Date.now()
  expect((await admission.consume(request)).admitted).toBe(true)
  const refused = await admission.consume(request)
  if (refused.admitted) throw new Error('admitted')
  expect(refused.resetsAt).toBeGreaterThanOrEqual(before + MINUTE_MS)
  expect(refused.resetsAt).toBeLessThanOrEqual(Date.now() + MINUTE_MS + 1)
  expect(admission.stats()).toEqual({ openLeases: 1, heldTokens: 100 })
})

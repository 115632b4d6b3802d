import { describe } from 'vitest'
import { leaseTests } from './suite-leases.ts'
import { readerTests } from './suite-reader.ts'
import { requestTests } from './suite-requests.ts'
import { scheduleTests } from './suite-schedule.ts'
import { tokenTests } from './suite-tokens.ts'
import type { CreateAdmission } from './suite-world.ts'

/** What every implementation of `Admission` guarantees; `create` gives one that shares no counter with another. */
export function describeAdmission(name: string, create: CreateAdmission): void {
  describe(name, () => {
    describe('requests per minute', () => requestTests(create))
    describe('tokens', () => tokenTests(create))
    describe('leases', () => leaseTests(create))
    describe('usage from before', () => readerTests(create))
    describe('any schedule', () => scheduleTests(create))
  })
}

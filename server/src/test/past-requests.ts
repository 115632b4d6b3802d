import { microusd } from '@portal/contract'
import type pg from 'pg'
import { pino } from 'pino'
import { aSettlement } from '../ledger/fixtures.ts'
import { createLedger, type Settlement } from '../ledger/index.ts'

type Asker = Pick<Settlement, 'organisationId' | 'userId'> & { keyId?: string | null }

/** A request of the past: when, and whatever of it matters; the rest is made up. */
export type PastRequest = Partial<Omit<Settlement, keyof Asker>> & Asker & { at: Date }

/** Writes requests of the past into a portal's ledger, with the rollups that go with them. */
export async function settlePast(pool: pg.Pool, requests: readonly PastRequest[]): Promise<void> {
  const ledger = createLedger({
    ...{ pool, spillDir: `/tmp/portal-spill-past-${process.pid}`, exclusive: false },
    log: pino({ level: 'silent' }),
  })
  await ledger.start()
  try {
    await Promise.all(requests.map((request) => ledger.settle(settlementOf(request))))
  } finally {
    await ledger.close()
  }
}

const free = microusd(0)

const settlementOf = ({ at, keyId = null, ...rest }: PastRequest): Settlement =>
  aSettlement({
    ...{ startedAt: at.getTime(), keyId, model: 'past-model', cachedTokens: 20, heldTokens: 0 },
    ...{ inputMicrousd: free, cachedMicrousd: free, outputMicrousd: free },
    ...rest,
  })

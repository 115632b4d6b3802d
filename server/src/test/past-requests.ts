import { type MicroUsd, microusd, newId } from '@portal/contract'
import type pg from 'pg'
import { pino } from 'pino'
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

const free: MicroUsd = microusd(0)

const settlementOf = ({ at, keyId = null, ...rest }: PastRequest): Settlement => ({
  ...{ id: newId('request', at.getTime()), startedAt: at.getTime(), keyId },
  ...{ sessionId: null, clientRequestId: null, purpose: 'api', dialect: 'openai-chat' },
  ...{ model: 'past-model', target: 'main/upstream', attempts: 1, streamed: true },
  ...{ status: 'ok', errorCode: null, estimated: false, heldTokens: 0 },
  ...{ inputTokens: 100, cachedTokens: 20, outputTokens: 50, reasoningTokens: 0 },
  ...{ inputMicrousd: free, cachedMicrousd: free, outputMicrousd: free },
  ...{ latencyMs: 900, firstTokenMs: 120, audioMs: null },
  ...rest,
})

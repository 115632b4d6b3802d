import { join } from 'node:path'
import { createInProcessAdmission } from './admission/index.ts'
import { createChatRecords } from './chat/index.ts'
import type { Config } from './config.ts'
import { createBreaker, createOpenRequests, exposeGauges, type GatewayDeps } from './gateway/index.ts'
import type { Gate } from './http/index.ts'
import { createLedger, createUsageReader, type LedgerOptions } from './ledger/index.ts'
import type { Metrics } from './metrics/index.ts'
import type { Storage } from './open-storage.ts'
import { createTelemetry } from './telemetry/index.ts'
import { createTokenCounter } from './tokens/index.ts'

type Parts = Pick<GatewayDeps, 'models' | 'log' | 'isDraining'> &
  Pick<LedgerOptions, 'onCommitted'> & {
    config: Config
    storage: Pick<Storage, 'db' | 'pool'>
    metrics: Metrics
    gate: Gate
  }

/** Builds what lets requests to models in, measures and records them, and what tells of each. */
export async function assembleGateway({ config, storage, metrics, gate, onCommitted, ...parts }: Parts) {
  const { db, pool } = storage
  const { log } = parts
  const telemetry = await createTelemetry(metrics, config.otlp)
  const ledger = createLedger({
    ...{ pool, log, spillDir: join(config.dataDir, 'spill'), exclusive: true },
    ...{ onSettled: telemetry.settled, ...(onCommitted && { onCommitted }) },
  })
  const gateway: GatewayDeps = {
    ...{ ...parts, authenticate: gate.authenticate, ledger },
    admission: createInProcessAdmission({ usage: createUsageReader(pool) }),
    tokens: createTokenCounter(),
    breaker: createBreaker(),
    records: createChatRecords(db, Date.now),
    openRequests: createOpenRequests((err) => log.error({ err }, 'an open request could not be looked at')),
  }
  exposeGauges(metrics, gateway)
  return { gateway, ledger, telemetry }
}

// A ledger of many requests over months, with its rollups, and its figures counted from the rows one by one.
import { microusd } from '@portal/contract'
import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import { pino } from 'pino'
import type { Tables } from '../db/index.ts'
import { startTestCluster } from '../db/test-database.ts'
import { aSettlement } from '../ledger/fixtures.ts'
import { createLedger, type Ledger, type Settlement } from '../ledger/index.ts'

/** The fields of a request that figures depend on; the others are made up. */
export type ARequest = Partial<Settlement> & { at: string | number }

/** A database with a ledger at work. */
export async function startTestLedger() {
  const cluster = await startTestCluster()
  const pool = new pg.Pool((await cluster.createDatabase()).clientConfig)
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) })
  const log = pino({ level: 'silent' })
  const ledger: Ledger = createLedger({
    pool,
    spillDir: `/tmp/portal-spill-${process.pid}`,
    log,
    exclusive: false,
  })
  await ledger.start()
  return {
    ...{ db, pool, ledger },
    settle: (requests: readonly ARequest[]) =>
      Promise.all(requests.map((request) => ledger.settle(settlementOf(request)))),
    async close() {
      await ledger.close()
      await pool.end()
      await cluster.stop()
    },
  }
}

const settlementOf = ({ at, ...rest }: ARequest): Settlement =>
  aSettlement({
    ...{ startedAt: new Date(at).getTime(), organisationId: 'org_a', userId: 'usr_a', keyId: 'key_a' },
    ...{ cachedTokens: 20, cachedMicrousd: microusd(5), heldTokens: 0 },
    ...rest,
  })

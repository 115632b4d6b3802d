import type { StatusReport } from '@portal/contract'
import { type Kysely, sql } from 'kysely'
import type { Tables } from '../db/index.ts'
import { type Bin, quantileMs } from '../ledger/index.ts'

type Measured = Bin & { measure: 'latency' | 'first_token' }

/** How long today's answers (UTC) took, everybody's together; what failed is not among them. */
export async function readLatency(db: Kysely<Tables>, today: string): Promise<StatusReport['latency']> {
  const { rows } = await sql<Measured>`
    select measure, bin, sum(requests)::float8 as requests from usage_histograms
    where bucket_at >= ${today}::date::timestamp at time zone 'UTC' and status = 'ok'
    group by measure, bin order by bin`.execute(db)
  const of = (measure: Measured['measure']) => rows.filter((row) => row.measure === measure)
  const [latency, firstToken] = [of('latency'), of('first_token')]
  return {
    ...{ p50: quantileMs(latency, 0.5), p95: quantileMs(latency, 0.95) },
    ...{ firstTokenP50: quantileMs(firstToken, 0.5), firstTokenP95: quantileMs(firstToken, 0.95) },
  }
}

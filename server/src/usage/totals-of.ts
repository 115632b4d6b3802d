import { usdFromMicrousd } from '@portal/contract'
import type { Kysely } from 'kysely'
import type { Tables } from '../db/index.ts'
import { queryOf } from './sources.ts'
import { sumGroups } from './sums.ts'
import { costOf, totalOf } from './totals.ts'

/** What was used: tokens are input and output, money decimal US dollars. */
export type UsageTotals = { requests: number; tokens: number; costUsd: number }

/** What an organisation, or one of its people, used between two instants (whole quarters of an hour). */
export async function usageTotals(
  db: Kysely<Tables>,
  { organisationId, userId = null }: { organisationId: string; userId?: string | null },
  range: { from: Date; to: Date },
): Promise<UsageTotals> {
  const scope = { organisationId, userId, keyId: null, model: null, statuses: null }
  const sums = totalOf(await sumGroups(db, await queryOf(db, scope, range), []))
  return {
    requests: sums.requests,
    tokens: sums.inputTokens + sums.outputTokens,
    costUsd: usdFromMicrousd(costOf(sums)),
  }
}

import type { Kysely } from 'kysely'
import type { Tables } from '../db/index.ts'
import { queryOf } from './sources.ts'
import { sumGroups } from './sums.ts'
import { costOf } from './totals.ts'

/** What was used with one key, '' for none, of one model: tokens in and out, and whole micro-USD. */
export type Use = { keyId: string; model: string; tokens: bigint; microusd: bigint }

/** What an organisation used in a range whose ends are quarters of an hour, in milliseconds since 1970. */
export async function usesIn(
  db: Kysely<Tables>,
  organisationId: string,
  { startsAt, endsAt }: { startsAt: number; endsAt: number },
): Promise<Use[]> {
  const scope = { organisationId, keyId: null, userId: null, model: null, statuses: null }
  const range = { from: new Date(startsAt), to: new Date(endsAt) }
  const groups = await sumGroups(db, await queryOf(db, scope, range), ['keyId', 'model'])
  return groups.map((group) => ({
    ...{ keyId: group.keyId, model: group.model },
    ...{ tokens: BigInt(group.inputTokens + group.outputTokens), microusd: costOf(group) },
  }))
}

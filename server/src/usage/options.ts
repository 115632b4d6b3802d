import { type UsageFilters, UsageStatus } from '@portal/contract'
import type { Kysely } from 'kysely'
import type { Tables } from '../db/index.ts'
import type { Principal } from '../http/index.ts'
import { namesOfUsers } from './names.ts'
import type { Range } from './range.ts'
import { scopeFor, seesAll } from './scope.ts'
import { type Dimension, queryOf } from './sources.ts'
import { sumGroups } from './sums.ts'

/** What somebody's usage can be narrowed by: what was used in the range, and every key there is. */
export async function filterOptions(
  db: Kysely<Tables>,
  principal: Principal,
  range: Range,
): Promise<UsageFilters> {
  const isAll = seesAll(principal)
  const query = await queryOf(db, scopeFor(principal, {}), range)
  const idsOf = async (by: Dimension) => {
    const ids = (await sumGroups(db, query, [by])).map((group) => group[by])
    return [...new Set(ids)].filter(Boolean).sort()
  }
  const [keysUsed, models, users, keys] = await Promise.all([
    idsOf('keyId'),
    idsOf('model'),
    isAll ? idsOf('userId') : [],
    db
      .selectFrom('api_keys')
      .select(['id', 'name'])
      .where('organisation_id', '=', principal.organisationId)
      .$if(!isAll, (keys) => keys.where('user_id', '=', principal.userId))
      .orderBy('name')
      .execute(),
  ])
  const known = new Set(keys.map(({ id }) => id))
  const gone = keysUsed.filter((id) => !known.has(id))
  const names = await namesOfUsers(db, users)
  return {
    keys: [
      ...keys.map((key) => ({ ...key, deleted: false })),
      ...gone.map((id) => ({ id, name: null, deleted: true })),
    ],
    models,
    statuses: UsageStatus.options,
    users: users.map((id) => ({ id, name: names.get(id) ?? null })),
  }
}

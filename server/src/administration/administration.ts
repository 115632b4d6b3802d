import { createDeliveries, type Deliveries } from './deliveries.ts'
import type { AdministrationDeps } from './deps.ts'
import { createImpersonation, type Impersonation } from './impersonation.ts'
import { createLimits, type Limits } from './limits.ts'
import { createOperations, type Operations } from './operations.ts'
import { createOrganisations, type Organisations } from './organisations.ts'
import { createOverview, type Overview } from './overview.ts'
import { createStorage, type StorageReport } from './storage.ts'
import { createUserActs, type UserActs } from './user-acts.ts'
import { createUsers, type Users } from './users.ts'

/** What people who run the portal see of it, and do. Who may is asked before any of it. */
export type Administration = {
  users: Users
  userActs: UserActs
  impersonation: Impersonation
  organisations: Organisations
  limits: Limits
  deliveries: Deliveries
  operations: Operations
  overview: Overview
  storage: StorageReport
}

/** Builds it, and says who ends what was begun in somebody's name. */
export function createAdministration(deps: AdministrationDeps): Administration {
  const users = createUsers(deps)
  return {
    users,
    userActs: createUserActs(deps, users),
    impersonation: createImpersonation(deps),
    organisations: createOrganisations(deps),
    limits: createLimits(deps),
    deliveries: createDeliveries(deps),
    operations: createOperations(deps),
    overview: createOverview(deps),
    storage: createStorage(deps),
  }
}

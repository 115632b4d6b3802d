// What people who run the portal see and do. Nothing here is for API keys, whoever's they are.
import { administrationOperationEndpoints } from './administration-operations.ts'
import { administrationOrganisationEndpoints } from './administration-organisations.ts'
import { administrationUserEndpoints } from './administration-users.ts'

export const administrationEndpoints = {
  ...administrationUserEndpoints,
  ...administrationOrganisationEndpoints,
  ...administrationOperationEndpoints,
}

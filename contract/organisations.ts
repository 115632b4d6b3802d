import { z } from 'zod'

/** What somebody may do in an organisation, most first. */
export const OrganisationRole = z.enum(['owner', 'admin', 'member', 'billing', 'viewer'])
export type OrganisationRole = z.infer<typeof OrganisationRole>

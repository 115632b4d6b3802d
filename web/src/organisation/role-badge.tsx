import { Badge } from '@mantine/core'
import { isManagerRole, type OrganisationRole } from '@portal/contract'
import { roleWords } from './role-words.ts'

/** A role, coloured where it may do much. */
export function RoleBadge({ role }: { role: OrganisationRole }) {
  return <Badge color={isManagerRole(role) ? 'pine' : 'gray'}>{roleWords[role].label}</Badge>
}

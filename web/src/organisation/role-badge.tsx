import { Badge } from '@mantine/core'
import type { OrganisationRole } from '@portal/contract'
import { mayManage } from './rights.ts'
import { roleWords } from './role-words.ts'

/** A role, coloured where it may do much. */
export function RoleBadge({ role }: { role: OrganisationRole }) {
  return <Badge color={mayManage(role) ? 'pine' : 'gray'}>{roleWords[role].label}</Badge>
}

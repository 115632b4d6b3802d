import { Radio, Stack } from '@mantine/core'
import type { OrganisationRole } from '@portal/contract'
import { roleWords } from './role-words.ts'

type RoleFieldProps<Role extends OrganisationRole> = {
  roles: readonly Role[]
  value: Role
  onChange: (role: Role) => void
}

/** A choice of roles, each with what it lets somebody do. */
export function RoleField<Role extends OrganisationRole>({ roles, value, onChange }: RoleFieldProps<Role>) {
  return (
    <Radio.Group label="Role" value={value} onChange={(role) => onChange(role as Role)}>
      <Stack gap="xs" mt={6}>
        {roles.map((role) => (
          <Radio key={role} value={role} label={roleWords[role].label} description={roleWords[role].may} />
        ))}
      </Stack>
    </Radio.Group>
  )
}

import { Badge, Code, Stack, Text } from '@mantine/core'
import type { ApiKey, KeyStatus } from '@portal/contract'
import { type Column, dayText, RelativeTime } from '../ui/index.ts'
import { type KeyAction, KeyMenu } from './key-menu.tsx'
import { KeyUsage } from './key-usage.tsx'

const statuses: Record<KeyStatus, { label: string; color: string }> = {
  ACTIVE: { label: 'Active', color: 'pine' },
  REVOKED: { label: 'Revoked', color: 'red' },
  EXPIRED: { label: 'Expired', color: 'gray' },
}
const accesses = { full: 'Everything', models: 'Model calls', read: 'Reading' }

/** The columns of the list of keys. */
export const keyColumns = (onAction: (action: KeyAction) => void): Column<ApiKey>[] => [
  { key: 'name', header: 'Name', render: (key) => <Name apiKey={key} /> },
  { key: 'status', header: 'Status', render: (key) => <Status apiKey={key} /> },
  {
    key: 'rights',
    header: 'May use',
    render: ({ access, permissions }) => (
      <Stack gap={0}>
        <Text size="sm">{accesses[access]}</Text>
        <Text size="xs" c="dimmed">
          {permissions.join(', ')}
        </Text>
      </Stack>
    ),
  },
  { key: 'usage', header: 'Last 30 days', render: ({ id }) => <KeyUsage keyId={id} /> },
  {
    key: 'used',
    header: 'Last used',
    render: ({ lastUsedAt }) =>
      lastUsedAt ? (
        <RelativeTime instant={lastUsedAt} />
      ) : (
        <Text size="sm" c="dimmed" component="span">
          Never
        </Text>
      ),
  },
  {
    key: 'created',
    header: 'Created',
    render: ({ createdAt }) => (
      <Text size="sm" component="span" style={{ whiteSpace: 'nowrap' }}>
        {dayText(createdAt)}
      </Text>
    ),
  },
  {
    key: 'menu',
    header: 'Actions',
    isHeaderHidden: true,
    align: 'right',
    render: (key) => <KeyMenu apiKey={key} onAction={onAction} />,
  },
]

function Name({ apiKey: { name, description, prefix, lastCharacters } }: { apiKey: ApiKey }) {
  return (
    <Stack gap={2} maw="18rem">
      <Text fw={600} size="sm" lineClamp={2} style={{ overflowWrap: 'anywhere' }}>
        {name}
      </Text>
      {description && (
        <Text size="xs" c="dimmed" lineClamp={1}>
          {description}
        </Text>
      )}
      <Code w="fit-content">
        {prefix}…{lastCharacters}
      </Code>
    </Stack>
  )
}

function Status({ apiKey: { status, leaked, expiresAt, revokeReason } }: { apiKey: ApiKey }) {
  const { label, color } = statuses[status]
  const note = status === 'REVOKED' ? revokeReason : expiresAt && `until ${dayText(expiresAt)}`
  return (
    <Stack gap={2} align="flex-start">
      {/* What has leaked is revoked for good. */}
      <Badge color={color}>{leaked ? 'Leaked' : label}</Badge>
      {note && (
        <Text size="xs" c="dimmed" lineClamp={2} maw="10rem">
          {note}
        </Text>
      )}
    </Stack>
  )
}

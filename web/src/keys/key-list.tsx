import { Group, NativeSelect, Text, TextInput } from '@mantine/core'
import type { ApiKey } from '@portal/contract'
import { IconSearch } from '@tabler/icons-react'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useRef, useState } from 'react'
import { DataTable, useShortcut } from '../ui/index.ts'
import { keyColumns } from './key-columns.tsx'
import { filterKeys, type KeyFilter } from './key-filter.ts'
import type { KeyAction } from './key-menu.tsx'

/** From so many keys on there is something to search. */
const searchedMin = 6

type KeyListProps = { keys: readonly ApiKey[]; onAction: (action: KeyAction) => void }

/** The keys as a table, and what narrows it where there are many. */
export function KeyList({ keys, onAction }: KeyListProps) {
  const { q = '' } = useSearch({ from: '/portal/keys' })
  const [status, setStatus] = useState<KeyFilter['status']>('ALL')
  const shown = filterKeys(keys, { text: q, status })
  return (
    <>
      {(keys.length >= searchedMin || q) && <Filters text={q} status={status} onStatus={setStatus} />}
      {shown.length > 0 ? (
        <DataTable caption="API keys" columns={keyColumns(onAction)} rows={shown} keyOf={({ id }) => id} />
      ) : (
        <Text c="dimmed" ta="center" py="xl">
          No key matches. Change the search or the status.
        </Text>
      )}
    </>
  )
}

type FiltersProps = KeyFilter & { onStatus: (status: KeyFilter['status']) => void }

function Filters({ text, status, onStatus }: FiltersProps) {
  const navigate = useNavigate()
  const field = useRef<HTMLInputElement>(null)
  useShortcut({ keys: '/', label: 'Search the keys', group: 'API keys' }, () => field.current?.focus())
  return (
    <Group>
      <TextInput
        ref={field}
        aria-label="Search the keys"
        placeholder="Search by name or last characters"
        leftSection={<IconSearch size={16} aria-hidden />}
        value={text}
        onChange={({ currentTarget: { value } }) =>
          navigate({ to: '/keys', search: value ? { q: value } : {}, replace: true })
        }
        flex="1 1 16rem"
      />
      <NativeSelect
        aria-label="Status"
        data={[
          { value: 'ALL', label: 'Every status' },
          { value: 'ACTIVE', label: 'Active' },
          { value: 'REVOKED', label: 'Revoked' },
          { value: 'EXPIRED', label: 'Expired' },
        ]}
        value={status}
        onChange={(event) => onStatus(event.currentTarget.value as KeyFilter['status'])}
        w={160}
      />
    </Group>
  )
}

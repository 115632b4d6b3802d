import { Menu, Text } from '@mantine/core'
import type { ActingOrganisation } from '@portal/contract'
import { IconCheck, IconPlus } from '@tabler/icons-react'
import { useMutation, useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useState } from 'react'
import { organisationQueries } from '../api/index.ts'
import { notifyDone, notifyFailed, useOpenedAtOnce } from '../ui/index.ts'
import { switchTo, useFreshStart } from './acting.ts'
import { roleWords } from './role-words.ts'
import { SwitcherButton } from './switcher-button.tsx'

const CreateDialog = lazy(() =>
  import('./create-dialog.tsx').then(({ CreateDialog }) => ({ default: CreateDialog })),
)

type SwitcherMenuProps = { organisation: ActingOrganisation; onSwitched: () => void }

/** The menu of one's organisations with its button, opened. */
export function SwitcherMenu({ organisation, onSwitched }: SwitcherMenuProps) {
  const [isCreating, setCreating] = useState(false)
  const { target, menu } = useOpenedAtOnce()
  return (
    <>
      <Menu width={280} position="bottom-start" {...menu}>
        <Menu.Target>
          <SwitcherButton ref={target} organisation={organisation} />
        </Menu.Target>
        <Menu.Dropdown>
          <Choices onSwitched={onSwitched} />
          <Menu.Divider />
          <Menu.Item leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setCreating(true)}>
            New organisation
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {isCreating && (
        <Suspense>
          <CreateDialog onClose={() => setCreating(false)} />
        </Suspense>
      )}
    </>
  )
}

/** The others are asked for only once the menu opens. */
function Choices({ onSwitched }: { onSwitched: () => void }) {
  const { data, error } = useQuery(organisationQueries.list)
  const go = useSwitch(onSwitched)
  if (error && !data) return <Menu.Label role="alert">{error.message}</Menu.Label>
  if (!data) return <Menu.Label>Loading your organisations…</Menu.Label>
  return data.map(({ id, name, role, current }) => (
    <Menu.Item
      key={id}
      onClick={() => !current && go({ id, name })}
      rightSection={current && <IconCheck size={16} aria-label="Current" />}
    >
      <Text size="sm" truncate maw={200}>
        {name}
      </Text>
      <Text size="xs" c="dimmed">
        {roleWords[role].label}
      </Text>
    </Menu.Item>
  ))
}

function useSwitch(onSwitched: () => void) {
  const startAfresh = useFreshStart()
  const { mutate } = useMutation({
    mutationFn: ({ id }: { id: string; name: string }) => switchTo(id),
    onSuccess: async (_, { name }) => {
      onSwitched()
      await startAfresh()
      notifyDone(`You are working in ${name} now.`)
    },
    onError: notifyFailed,
  })
  return mutate
}

import { Menu, Text, UnstyledButton, VisuallyHidden } from '@mantine/core'
import type { ActingOrganisation } from '@portal/contract'
import { IconCheck, IconPlus, IconSelector } from '@tabler/icons-react'
import { useMutation, useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useState } from 'react'
import { organisationQueries } from '../api/index.ts'
import { notifyDone, notifyFailed } from '../ui/index.ts'
import { switchTo, useActing, useFreshStart } from './acting.ts'
import classes from './organisation.module.css'
import { planWords, roleWords } from './role-words.ts'

const CreateDialog = lazy(() =>
  import('./create-dialog.tsx').then(({ CreateDialog }) => ({ default: CreateDialog })),
)

/** The organisation that this device acts for, and the way to another; `onSwitched` once that is acted for. */
export function OrganisationSwitcher({ onSwitched }: { onSwitched: () => void }) {
  const acting = useActing()
  const [isCreating, setCreating] = useState(false)
  if (!acting) return null
  return (
    <>
      <Menu width={280} position="bottom-start">
        <Menu.Target>
          <UnstyledButton className={classes.switcher}>
            <VisuallyHidden>Organisation: </VisuallyHidden>
            <Current organisation={acting.organisation} />
          </UnstyledButton>
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

function Current({ organisation: { name, tier } }: { organisation: ActingOrganisation }) {
  return (
    <>
      <span className={classes.names}>
        <Text size="sm" fw={600} truncate component="span" display="block">
          {name}
        </Text>
        <Text size="xs" c="dimmed" component="span" display="block">
          {planWords[tier]}
        </Text>
      </span>
      <IconSelector size={16} aria-hidden />
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
      notifyDone(`You act for ${name} now.`)
    },
    onError: notifyFailed,
  })
  return mutate
}

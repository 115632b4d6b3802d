import '@mantine/spotlight/styles.layer.css'
import { useComputedColorScheme, useMantineColorScheme } from '@mantine/core'
import { Spotlight, type SpotlightActionGroupData, spotlight } from '@mantine/spotlight'
import { isManagerRole } from '@portal/contract'
import {
  IconKey,
  IconLogout,
  IconMoon,
  IconPlus,
  IconSearch,
  IconSun,
  IconUserPlus,
} from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useEffect } from 'react'
import { keyQueries, sessionQuery } from '../api/index.ts'
import { deepPlaces, footPlaces, places } from './navigation.ts'
import { useSignOut } from './sign-out.ts'

/** Pages, keys and actions, to be found by typing; it opens at once. */
export function Palette() {
  useEffect(() => {
    spotlight.open()
  }, [])
  const groups = [usePages(), useKeys(), useActions()]
  return (
    <Spotlight
      actions={groups.filter(({ actions }) => actions.length > 0)}
      shortcut={null}
      attributes={{ content: { 'aria-label': 'Search' } }}
      styles={{ actionDescription: { opacity: 1 } }}
      nothingFound="Nothing has that name."
      highlightQuery
      scrollable
      limit={30}
      searchProps={{
        leftSection: <IconSearch size={18} aria-hidden />,
        placeholder: 'Search pages, keys and actions',
        'aria-label': 'Search pages, keys and actions',
      }}
    />
  )
}

function usePages(): SpotlightActionGroupData {
  const navigate = useNavigate()
  const actions = [...places, ...footPlaces, ...deepPlaces].map(
    ({ to, label, keywords, icon: PlaceIcon }) => ({
      id: to,
      label,
      keywords,
      leftSection: <PlaceIcon size={18} aria-hidden />,
      onClick: () => navigate({ to }),
    }),
  )
  return { group: 'Pages', actions }
}

function useKeys(): SpotlightActionGroupData {
  const navigate = useNavigate()
  const { data = [] } = useQuery(keyQueries.list)
  const actions = data.map(({ id, name, prefix, lastCharacters }) => ({
    id,
    label: name,
    description: `${prefix}…${lastCharacters}`,
    leftSection: <IconKey size={18} aria-hidden />,
    onClick: () => navigate({ to: '/keys', search: { q: name } }),
  }))
  return { group: 'API keys', actions }
}

function useActions(): SpotlightActionGroupData {
  const navigate = useNavigate()
  const signOut = useSignOut()
  const { setColorScheme } = useMantineColorScheme()
  const other = useComputedColorScheme('light') === 'dark' ? 'light' : 'dark'
  const actions = [
    {
      id: 'create-key',
      label: 'Create an API key',
      leftSection: <IconPlus size={18} aria-hidden />,
      onClick: () => navigate({ to: '/keys', search: { create: '1' } }),
    },
    ...useInvitingAction(),
    {
      id: 'theme',
      label: `Use the ${other} theme`,
      keywords: 'appearance dark light',
      leftSection: other === 'dark' ? <IconMoon size={18} aria-hidden /> : <IconSun size={18} aria-hidden />,
      onClick: () => setColorScheme(other),
    },
    {
      id: 'sign-out',
      label: 'Sign out',
      keywords: 'log out',
      leftSection: <IconLogout size={18} aria-hidden />,
      onClick: signOut,
    },
  ]
  return { group: 'Actions', actions }
}

/** Inviting, for those who may. */
function useInvitingAction() {
  const navigate = useNavigate()
  const { data: session } = useQuery(sessionQuery)
  const role = session?.organisation.role
  if (!role || !isManagerRole(role)) return []
  return [
    {
      id: 'invite',
      label: 'Invite somebody',
      keywords: 'member add people',
      leftSection: <IconUserPlus size={18} aria-hidden />,
      onClick: () => navigate({ to: '/settings/members', search: { invite: '1' } }),
    },
  ]
}

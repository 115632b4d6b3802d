import '@mantine/spotlight/styles.layer.css'
import { useComputedColorScheme, useMantineColorScheme } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { Spotlight, type SpotlightActionGroupData, spotlight } from '@mantine/spotlight'
import { isManagerRole } from '@portal/contract'
import {
  IconKey,
  IconLogout,
  IconMessage,
  IconMoon,
  IconPlus,
  IconSearch,
  IconSun,
  IconUserPlus,
} from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { chatQueries, keyQueries, sessionQuery } from '../api/index.ts'
import { deepPlaces, footPlaces, places, placesFor } from './navigation.ts'
import { useSignOut } from './sign-out.ts'

/** Pages, keys and actions, to be found by typing; it opens at once. */
export function Palette() {
  useEffect(() => {
    spotlight.open()
  }, [])
  const [query, setQuery] = useState('')
  const groups = [usePages(), useKeys(), useChats(query), useActions()]
  // Spotlight does so when something is typed, of what is there by then.
  useEffect(() => {
    if (query.trim() !== '') chooseFirst()
  })
  return (
    <Spotlight
      actions={groups.filter(({ actions }) => actions.length > 0)}
      shortcut={null}
      query={query}
      onQueryChange={setQuery}
      attributes={{ content: { 'aria-label': 'Search' } }}
      styles={{ actionDescription: { opacity: 1 } }}
      nothingFound="Nothing has that name."
      highlightQuery
      scrollable
      limit={30}
      searchProps={{
        leftSection: <IconSearch size={18} aria-hidden />,
        placeholder: 'Search pages, keys, chats and actions',
        'aria-label': 'Search pages, keys, chats and actions',
      }}
    />
  )
}

/** Chooses the first of what was found, in Spotlight's own way, where nothing is chosen: Enter then goes there. */
function chooseFirst(): void {
  if (document.querySelector('[data-action][data-selected]')) return
  document.querySelector('[data-action]')?.setAttribute('data-selected', 'true')
}

function usePages(): SpotlightActionGroupData {
  const navigate = useNavigate()
  const { data: session } = useQuery(sessionQuery)
  const reachable = placesFor([...places, ...footPlaces, ...deepPlaces], session?.user.role)
  const actions = reachable.map(({ to, label, keywords, icon: PlaceIcon }) => ({
    id: to,
    label,
    keywords,
    leftSection: <PlaceIcon size={18} aria-hidden />,
    onClick: () => navigate({ to }),
  }))
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

const typingMs = 200
const chatsMax = 8

/** The chats that have the words, in their title or their messages, as the server finds them. */
function useChats(query: string): SpotlightActionGroupData {
  const navigate = useNavigate()
  const [words] = useDebouncedValue(query.trim(), typingMs)
  const { data = [] } = useQuery({ ...chatQueries.search(words), enabled: words !== '' })
  const actions = data.slice(0, chatsMax).map(({ id, title, match }) => ({
    id,
    label: title,
    ...(match?.messageId && { description: match.excerpt }),
    // Found by the server: whatever is typed, it stays.
    keywords: query,
    leftSection: <IconMessage size={18} aria-hidden />,
    onClick: () =>
      navigate({
        to: '/chat/$sessionId',
        params: { sessionId: id },
        search: (match?.messageId ? { message: match.messageId } : {}) as never,
      }),
  }))
  return { group: 'Chats', actions }
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

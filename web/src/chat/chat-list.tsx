import { Button, Text, TextInput } from '@mantine/core'
import { IconPencilPlus, IconSearch } from '@tabler/icons-react'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useState } from 'react'
import { chatQueries } from '../api/index.ts'
import { Loaded } from '../ui/index.ts'
import classes from './chat.module.css'
import { ChatRows } from './chat-rows.tsx'
import { ChatViews, emptyViews, type Show, viewNames } from './chat-views.tsx'
import { type NarrowingState, useNarrowing } from './use-narrowing.ts'

type ChatListProps = { onBegin: () => void; onLeave: () => void }

const ChatSearch = lazy(() => import('./chat-search.tsx').then(({ ChatSearch }) => ({ default: ChatSearch })))
const ListFilters = lazy(() =>
  import('./list-filters.tsx').then(({ ListFilters }) => ({ default: ListFilters })),
)

/** Somebody’s chats, those used last first, and the way to find one. */
export function ChatList({ onBegin, onLeave }: ChatListProps) {
  const [show, setShow] = useState<Show>('active')
  const narrowing = useNarrowing()
  const { tags, search, narrow } = narrowing
  return (
    <nav aria-label="Chats" className={classes.list}>
      <Button variant="light" leftSection={<IconPencilPlus size={18} aria-hidden />} onClick={onBegin}>
        New chat
      </Button>
      <TextInput
        type="search"
        size="xs"
        aria-label="Search your chats"
        placeholder="Search your chats"
        leftSection={<IconSearch size={15} aria-hidden />}
        value={search}
        maxLength={200}
        onChange={(event) => narrow({ search: event.currentTarget.value })}
        onKeyDown={(event) => {
          if (event.key !== 'Escape' || !search) return
          event.preventDefault()
          narrow({ search: '' })
        }}
      />
      {show !== 'trash' && <Filters {...narrowing} />}
      {search.trim() ? (
        <Suspense>
          <ChatSearch typed={search.trim()} tags={tags} onLeave={onLeave} />
        </Suspense>
      ) : (
        <Listed tags={tags} show={show} onShow={setShow} onLeave={onLeave} />
      )}
    </nav>
  )
}

/** Nothing is loaded for it where there is nothing to choose. */
function Filters(narrowing: NarrowingState) {
  const { data: tagged = [] } = useQuery(chatQueries.tags)
  const { data: settings } = useQuery(chatQueries.settings)
  const filters = settings?.filters ?? []
  const { tags, search } = narrowing
  if (tagged.length + filters.length + tags.length === 0 && !search.trim()) return null
  return (
    <Suspense>
      <ListFilters tagged={tagged} filters={filters} {...narrowing} />
    </Suspense>
  )
}

type ListedProps = Pick<ChatListProps, 'onLeave'> & {
  tags: readonly string[]
  show: Show
  onShow: (show: Show) => void
}

function Listed({ tags, show, onShow, onLeave }: ListedProps) {
  const list = useChats(show, show === 'trash' ? [] : tags)
  const chats = list.data?.pages.flatMap(({ data }) => data) ?? []
  return (
    <>
      {show !== 'active' && (
        <Text component="h2" size="sm" fw={600} px="xs">
          {viewNames[show]}
        </Text>
      )}
      {show === 'trash' && (
        <Text size="xs" c="dimmed" px="xs">
          What is here is deleted for good after 30 days.
        </Text>
      )}
      <Loaded query={list} what="your chats" rows={6}>
        {() =>
          chats.length > 0 ? (
            <ChatRows chats={chats} onLeave={onLeave} />
          ) : (
            <Text size="sm" c="dimmed" px="xs">
              {tags.length > 0 && show !== 'trash' ? noneTagged(tags) : emptyViews[show]}
            </Text>
          )
        }
      </Loaded>
      {list.hasNextPage && (
        <Button
          variant="subtle"
          size="xs"
          loading={list.isFetchingNextPage}
          onClick={() => list.fetchNextPage()}
        >
          Show more
        </Button>
      )}
      <div className={classes.listGap} />
      <ChatViews show={show} onShow={onShow} />
    </>
  )
}

const noneTagged = (tags: readonly string[]): string =>
  tags.length > 1 ? 'No chat here has all of these tags.' : 'No chat here has this tag.'

const answeringMs = 3000

/** The chats, looked at again while one answers. */
const useChats = (show: Show, tags: readonly string[]) =>
  useInfiniteQuery({
    ...chatQueries.list(show, tags),
    refetchInterval: ({ state }) => {
      const isAnswering = state.data?.pages.some(({ data }) => data.some(({ running }) => running))
      return isAnswering === true && answeringMs
    },
  })

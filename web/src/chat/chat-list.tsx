import { Button, Text, TextInput } from '@mantine/core'
import { IconPencilPlus, IconSearch } from '@tabler/icons-react'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useState } from 'react'
import { chatQueries } from '../api/index.ts'
import { Loaded } from '../ui/index.ts'
import classes from './chat.module.css'
import { ChatRows } from './chat-rows.tsx'
import { ChatViews, emptyViews, type Show, viewNames } from './chat-views.tsx'
import { useTagFilter } from './use-tag-filter.ts'

type ChatListProps = { onBegin: () => void; onLeave: () => void }

const ChatSearch = lazy(() => import('./chat-search.tsx').then(({ ChatSearch }) => ({ default: ChatSearch })))
const TagFilter = lazy(() => import('./tag-filter.tsx').then(({ TagFilter }) => ({ default: TagFilter })))

/** Somebody’s chats, those used last first, and the way to find one. */
export function ChatList({ onBegin, onLeave }: ChatListProps) {
  const [words, setWords] = useState('')
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
        value={words}
        maxLength={200}
        onChange={(event) => setWords(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape' || !words) return
          event.preventDefault()
          setWords('')
        }}
      />
      {words.trim() ? (
        <Suspense>
          <ChatSearch typed={words.trim()} onLeave={onLeave} />
        </Suspense>
      ) : (
        <Listed onLeave={onLeave} />
      )}
    </nav>
  )
}

function Listed({ onLeave }: Pick<ChatListProps, 'onLeave'>) {
  const [show, setShow] = useState<Show>('active')
  const filter = useTagFilter()
  const list = useChats(show, show === 'trash' ? null : filter.tag)
  const chats = list.data?.pages.flatMap(({ data }) => data) ?? []
  const { data: tags = [] } = useQuery(chatQueries.tags)
  const isFiltered = filter.tag !== null || tags.length > 0
  return (
    <>
      {show !== 'trash' && isFiltered && (
        <Suspense>
          <TagFilter tags={tags} {...filter} />
        </Suspense>
      )}
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
              {filter.tag && show !== 'trash' ? 'No chat here has this tag.' : emptyViews[show]}
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
      <ChatViews show={show} onShow={setShow} />
    </>
  )
}

const answeringMs = 3000

/** The chats, looked at again while one answers. */
const useChats = (show: Show, tag: string | null) =>
  useInfiniteQuery({
    ...chatQueries.list(show, tag),
    refetchInterval: ({ state }) => {
      const isAnswering = state.data?.pages.some(({ data }) => data.some(({ running }) => running))
      return isAnswering === true && answeringMs
    },
  })

import { Button, Text } from '@mantine/core'
import type { ChatSession } from '@portal/contract'
import { IconPencilPlus } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { chatQueries } from '../api/index.ts'
import { Loaded } from '../ui/index.ts'
import classes from './chat.module.css'
import { groupChats } from './chat-groups.ts'
import { ChatRow } from './chat-row.tsx'

type ChatListProps = { onBegin: () => void; onLeave: () => void }
type Show = 'active' | 'archived'

/** Somebody's chats, those used last first. */
export function ChatList({ onBegin, onLeave }: ChatListProps) {
  const [show, setShow] = useState<Show>('active')
  const list = useChats(show)
  return (
    <nav aria-label="Chats" className={classes.list}>
      <Button variant="light" leftSection={<IconPencilPlus size={18} aria-hidden />} onClick={onBegin}>
        New chat
      </Button>
      <Loaded query={list} what="your chats" rows={6}>
        {({ pages }) => <Groups chats={pages.flatMap(({ data }) => data)} show={show} onLeave={onLeave} />}
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
      <Button
        variant="subtle"
        color="gray"
        size="xs"
        onClick={() => setShow(show === 'active' ? 'archived' : 'active')}
      >
        {show === 'active' ? 'Archived chats' : 'Back to the chats'}
      </Button>
    </nav>
  )
}

const answeringMs = 3000

/** The chats, looked at again while one answers. */
const useChats = (show: Show) =>
  useInfiniteQuery({
    ...chatQueries.list(show),
    refetchInterval: ({ state }) => {
      const isAnswering = state.data?.pages.some(({ data }) => data.some(({ running }) => running))
      return isAnswering === true && answeringMs
    },
  })

function Groups({ chats, show, onLeave }: { chats: ChatSession[]; show: Show; onLeave: () => void }) {
  if (chats.length === 0) {
    return (
      <Text size="sm" c="dimmed" px="xs">
        {show === 'active' ? 'Your chats will stand here.' : 'No chat is archived.'}
      </Text>
    )
  }
  return groupChats(chats).map(({ title, chats: rows }) => (
    <div key={title}>
      <h2 className={classes.group}>{title}</h2>
      <ul className={classes.rows}>
        {rows.map((chat) => (
          <ChatRow key={chat.id} chat={chat} onLeave={onLeave} />
        ))}
      </ul>
    </div>
  ))
}

import { Button } from '@mantine/core'
import type { ChatMessage } from '@portal/contract'
import { IconMessageOff, IconTrash } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { Suspense } from 'react'
import { ApiError, chatQueries } from '../api/index.ts'
import { ButtonLink, EmptyState, Loaded } from '../ui/index.ts'
import classes from './chat.module.css'
import { useRestore } from './chat-changes.ts'
import { ChatHeader } from './chat-header.tsx'
import { Conversation } from './lazy-conversation.ts'

/** One chat. */
export function ChatPage() {
  const { sessionId } = useParams({ from: '/portal/chat/$sessionId' })
  return <Chat key={sessionId} sessionId={sessionId} />
}

function Chat({ sessionId }: { sessionId: string }) {
  const chat = useQuery(chatQueries.session(sessionId))
  const messages = useQuery({
    ...chatQueries.messages(sessionId),
    refetchInterval: ({ state }) => isBeingRead(state.data) && lookAgainMs,
  })
  if (chat.error instanceof ApiError && chat.error.status === 404) return <NoSuchChat />
  if (chat.data?.deletedAt) return <DeletedChat id={sessionId} title={chat.data.title} />
  return (
    <>
      <ChatHeader title={chat.data?.title ?? 'Chat'} {...(chat.data && { chat: chat.data })} />
      {chat.data && messages.data ? (
        <Suspense fallback={<div className={classes.waiting} />}>
          <Conversation chat={chat.data} messages={messages.data} />
        </Suspense>
      ) : (
        <div className={classes.waiting}>
          <Loaded query={chat.data ? messages : chat} what="this chat">
            {() => null}
          </Loaded>
        </div>
      )}
    </>
  )
}

const lookAgainMs = 1500

/** Whether a file of these messages is still being read. */
const isBeingRead = (messages: readonly ChatMessage[] = []): boolean =>
  messages.some(({ attachments }) => attachments.some(({ status }) => status === 'reading'))

function DeletedChat({ id, title }: { id: string; title: string }) {
  const restore = useRestore()
  return (
    <>
      <ChatHeader title={title} />
      <EmptyState
        icon={<IconTrash size={24} aria-hidden />}
        title="This chat is in the trash"
        action={<Button onClick={() => restore(id)}>Restore</Button>}
      >
        It is deleted for good after 30 days.
      </EmptyState>
    </>
  )
}

const NoSuchChat = () => (
  <>
    <ChatHeader title="No such chat" />
    <EmptyState
      icon={<IconMessageOff size={24} aria-hidden />}
      title="This chat is not here"
      action={<ButtonLink to="/chat">Begin a new chat</ButtonLink>}
    >
      It was deleted, or belongs to somebody else or to another of your organisations.
    </EmptyState>
  </>
)

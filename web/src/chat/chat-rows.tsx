import type { ChatSession } from '@portal/contract'
import { lazy, Suspense } from 'react'
import classes from './chat.module.css'
import { groupChats } from './chat-groups.ts'
import { ChatRow } from './chat-row.tsx'

const LongChatRows = lazy(() =>
  import('./long-chat-rows.tsx').then(({ LongChatRows }) => ({ default: LongChatRows })),
)

/** More are not all on the page at once. */
const rowsMax = 100

type ChatRowsProps = { chats: ChatSession[]; onLeave: () => void }

/** Chats by the day on which they were used last. */
export function ChatRows({ chats, onLeave }: ChatRowsProps) {
  const groups = groupChats(chats)
  const all = groups.map(({ title, chats: rows }) => (
    <div key={title}>
      <h2 className={classes.group}>{title}</h2>
      <ul className={classes.rows}>
        {rows.map((chat) => (
          <ChatRow key={chat.id} chat={chat} onLeave={onLeave} />
        ))}
      </ul>
    </div>
  ))
  if (chats.length <= rowsMax) return all
  return (
    <Suspense fallback={all}>
      <LongChatRows groups={groups} onLeave={onLeave} />
    </Suspense>
  )
}

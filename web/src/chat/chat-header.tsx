import { ActionIcon, Title } from '@mantine/core'
import type { ChatSession } from '@portal/contract'
import { IconMessages } from '@tabler/icons-react'
import { lazy } from 'react'
import { MenuOnDemand, useDocumentTitle } from '../ui/index.ts'
import classes from './chat.module.css'
import { ChatActionsButton } from './chat-actions-button.tsx'
import { useChatList } from './chat-list-drawer.tsx'

const ChatActions = lazy(() =>
  import('./chat-actions.tsx').then(({ ChatActions }) => ({ default: ChatActions })),
)

/** What a chat is called, what can be done with it, and on phones the way to the others. */
export function ChatHeader({ title, chat }: { title: string; chat?: ChatSession }) {
  const { isBeside, open } = useChatList()
  useDocumentTitle(title)
  return (
    <div className={classes.header}>
      {!isBeside && (
        <ActionIcon
          variant="subtle"
          color="gray"
          size="lg"
          aria-label="Your chats"
          aria-haspopup="dialog"
          onClick={open}
        >
          <IconMessages size={20} aria-hidden />
        </ActionIcon>
      )}
      <Title order={1} size="h2" className={classes.title}>
        {title}
      </Title>
      {chat?.leafId && (
        <MenuOnDemand trigger={(open) => <ChatActionsButton onClick={open} />}>
          <ChatActions chat={chat} />
        </MenuOnDemand>
      )}
    </div>
  )
}

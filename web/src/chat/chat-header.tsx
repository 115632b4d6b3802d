import { ActionIcon, Title } from '@mantine/core'
import { IconMessages } from '@tabler/icons-react'
import { useDocumentTitle } from '../ui/index.ts'
import classes from './chat.module.css'
import { useChatList } from './chat-list-drawer.tsx'

/** What a chat is called, and on phones the way to the others. */
export function ChatHeader({ title }: { title: string }) {
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
    </div>
  )
}

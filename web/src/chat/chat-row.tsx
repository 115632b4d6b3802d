import { TextInput } from '@mantine/core'
import type { ChatSession } from '@portal/contract'
import { Link } from '@tanstack/react-router'
import { lazy, type Ref, Suspense, useState } from 'react'
import { MenuOnDemand } from '../ui/index.ts'
import classes from './chat.module.css'
import { useUpdateChat } from './chat-changes.ts'
import { ChatMenuButton } from './chat-menu-button.tsx'

const ChatMenu = lazy(() => import('./chat-menu.tsx').then(({ ChatMenu }) => ({ default: ChatMenu })))

const TagsDialog = lazy(() => import('./tags-dialog.tsx').then(({ TagsDialog }) => ({ default: TagsDialog })))

type ChatRowProps = {
  chat: ChatSession
  onLeave: () => void
  /** Where it stands in a list that holds only some of its rows. */
  place?: { ref: Ref<HTMLLIElement>; 'data-index': number }
}

/** One chat of the list. */
export function ChatRow({ chat, onLeave, place }: ChatRowProps) {
  const [isRenaming, setRenaming] = useState(false)
  const [isTagging, setTagging] = useState(false)
  if (isRenaming) {
    return (
      <li {...place}>
        <RenameField chat={chat} onClose={() => setRenaming(false)} />
      </li>
    )
  }
  return (
    <li className={classes.row} {...place}>
      <Link
        to="/chat/$sessionId"
        params={{ sessionId: chat.id }}
        className={classes.link}
        onClick={onLeave}
        title={chat.title}
      >
        <span className={classes.linkText}>{chat.title}</span>
        {chat.running && <span className={classes.running} role="img" aria-label="Answering" />}
      </Link>
      <MenuOnDemand trigger={(open) => <ChatMenuButton chat={chat.title} onClick={open} />}>
        <ChatMenu chat={chat} onRename={() => setRenaming(true)} onTag={() => setTagging(true)} />
      </MenuOnDemand>
      {isTagging && (
        <Suspense>
          <TagsDialog chat={chat} onClose={() => setTagging(false)} />
        </Suspense>
      )}
    </li>
  )
}

/** A title being changed: Enter and leaving keep it, Escape does not. */
function RenameField({ chat, onClose }: { chat: ChatSession; onClose: () => void }) {
  const [title, setTitle] = useState(chat.title)
  const { mutate } = useUpdateChat()
  const keep = () => {
    const given = title.trim()
    if (given && given !== chat.title) mutate({ id: chat.id, changes: { title: given } })
    onClose()
  }
  return (
    <TextInput
      size="xs"
      aria-label="Title"
      value={title}
      maxLength={200}
      onChange={(event) => setTitle(event.currentTarget.value)}
      onBlur={keep}
      onKeyDown={(event) => {
        if (event.nativeEvent.isComposing) return
        if (event.key === 'Enter') keep()
        if (event.key !== 'Escape') return
        event.preventDefault()
        onClose()
      }}
      ref={selectAll}
    />
  )
}

const selectAll = (field: HTMLInputElement | null): void => {
  // After the menu, which brings the focus back to its button.
  requestAnimationFrame(() => field?.select())
}

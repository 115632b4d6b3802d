import type { ChatSession } from '@portal/contract'
import { Link } from '@tanstack/react-router'
import { lazy, type Ref, Suspense, useState } from 'react'
import { MenuOnDemand } from '../ui/index.ts'
import classes from './chat.module.css'
import { ChatMenuButton } from './chat-menu-button.tsx'

const RenameField = lazy(() =>
  import('./rename-field.tsx').then(({ RenameField }) => ({ default: RenameField })),
)
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
        <Suspense>
          <RenameField chat={chat} onClose={() => setRenaming(false)} />
        </Suspense>
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

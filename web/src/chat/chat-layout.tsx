import { useDisclosure, useMediaQuery } from '@mantine/hooks'
import { useQueryClient } from '@tanstack/react-query'
import { Outlet, useNavigate, useParams } from '@tanstack/react-router'
import { useEffect } from 'react'
import { useShortcut } from '../ui/index.ts'
import classes from './chat.module.css'
import { lookAgain, rereadAll } from './chat-cache.ts'
import { ChatList } from './chat-list.tsx'
import { ChatListDrawer, ChatListPlace } from './chat-list-drawer.tsx'
import { focusComposer } from './composer.tsx'
import { onOtherTabs, onReturn } from './other-tabs.ts'

// One part of the build: whoever opens one of them soon opens the other.
export { ChatPage } from './chat-page.tsx'
export { NewChatPage } from './new-chat-page.tsx'

/** The chats beside the one in view; on phones they are a drawer. */
export function ChatLayout() {
  const isNarrow = useMediaQuery('(max-width: 62em)', undefined, { getInitialValueInEffect: false })
  const [isOpen, drawer] = useDisclosure()
  const navigate = useNavigate()
  const begin = () => {
    drawer.close()
    void navigate({ to: '/chat' })
    focusComposer()
  }
  useShortcut({ keys: 'mod+shift+o', label: 'New chat', group: 'Chat' }, begin)
  useWhatIsDoneElsewhere()
  const list = <ChatList onBegin={begin} onLeave={drawer.close} />
  return (
    <ChatListPlace value={{ isBeside: !isNarrow, open: drawer.open }}>
      <div className={classes.layout} data-fills-the-page>
        {!isNarrow && (
          <div className={classes.beside} data-scrolls-chats>
            {list}
          </div>
        )}
        {isNarrow && isOpen && <ChatListDrawer onClose={drawer.close}>{list}</ChatListDrawer>}
        <div className={classes.chat}>
          <Outlet />
        </div>
      </div>
    </ChatListPlace>
  )
}

/** Keeps what is shown as it is in other tabs and on other devices. */
function useWhatIsDoneElsewhere(): void {
  const client = useQueryClient()
  const { sessionId } = useParams({ strict: false })
  useEffect(() => onOtherTabs((id) => void rereadAll(client, id)), [client])
  useEffect(() => onReturn(() => void lookAgain(client, sessionId)), [client, sessionId])
}

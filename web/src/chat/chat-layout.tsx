import { useDisclosure, useMediaQuery } from '@mantine/hooks'
import { Outlet, useNavigate } from '@tanstack/react-router'
import { useShortcut } from '../ui/index.ts'
import classes from './chat.module.css'
import { ChatList } from './chat-list.tsx'
import { ChatListDrawer, ChatListPlace } from './chat-list-drawer.tsx'
import { focusComposer } from './composer.tsx'

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

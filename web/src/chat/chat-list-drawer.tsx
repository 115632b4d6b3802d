import { CloseButton, FocusTrap } from '@mantine/core'
import { useHotkeys } from '@mantine/hooks'
import { createContext, type ReactNode, use } from 'react'
import classes from './chat.module.css'

/** Whether the list of chats stands beside the thread, and, where it does not, what opens it. */
export const ChatListPlace = createContext({ isBeside: true, open: () => {} })

export const useChatList = () => use(ChatListPlace)

/** The list of chats over the page; it keeps the focus, and Escape closes it. */
export function ChatListDrawer({ children, onClose }: { children: ReactNode; onClose: () => void }) {
  useHotkeys([['Escape', onClose]], [])
  return (
    <>
      <div className={classes.veil} onClick={onClose} aria-hidden />
      <FocusTrap>
        <div
          className={classes.drawer}
          role="dialog"
          aria-modal="true"
          aria-label="Your chats"
          data-scrolls-chats
        >
          <CloseButton onClick={onClose} aria-label="Close the list" data-autofocus ml="auto" />
          {children}
        </div>
      </FocusTrap>
    </>
  )
}

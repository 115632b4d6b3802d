import type { ChatMessage, ChatSession } from '@portal/contract'
import { useLocation } from '@tanstack/react-router'
import type { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useRef } from 'react'
import type { Turn } from './branch.ts'
import { useUpdateChat } from './chat-changes.ts'
import { useThreadBox } from './thread-box.ts'

type Virtualizer = ReturnType<typeof useVirtualizer<HTMLDivElement, HTMLLIElement>>

const wantedIn = (search: string): string | null => new URLSearchParams(search).get('message')

/** The message that the address names: it is brought into sight, once for each time that it is gone to. */
export function useFoundMessage(turns: readonly Turn[], virtualizer: Virtualizer): string | null {
  const { box, leaveEnd } = useThreadBox()
  const { searchStr, state } = useLocation()
  const wanted = wantedIn(searchStr)
  const index = wanted ? turns.findIndex(({ message }) => message.id === wanted) : -1
  const shown = useRef<unknown>(null)
  useEffect(() => {
    if (!box || index < 0 || shown.current === state.__TSR_key) return
    shown.current = state.__TSR_key
    leaveEnd()
    virtualizer.scrollToIndex(index, { align: 'start' })
  }, [box, index, state.__TSR_key, leaveEnd, virtualizer])
  return wanted
}

/** Goes to the branch of the message that the address names, where it is not the one in use. */
export function useBranchOfFound(
  chat: ChatSession,
  messages: readonly ChatMessage[],
  turns: readonly Turn[],
): void {
  const wanted = wantedIn(useLocation().searchStr)
  const { mutate } = useUpdateChat()
  const gone = useRef<string>(null)
  useEffect(() => {
    const has = (id: string) => messages.some((message) => message.id === id)
    if (!wanted || gone.current === wanted || !has(wanted)) return
    gone.current = wanted
    if (!turns.some(({ message }) => message.id === wanted))
      mutate({ id: chat.id, changes: { leafId: wanted } })
  }, [wanted, messages, turns, chat.id, mutate])
}

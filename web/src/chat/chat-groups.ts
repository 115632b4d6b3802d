import type { ChatSession } from '@portal/contract'

/** Chats under one heading. */
export type ChatGroup = { title: string; chats: ChatSession[] }

/** Chats as the list shows them: those that are pinned, then by the day on which they were used last. */
export function groupChats(chats: readonly ChatSession[], now = new Date()): ChatGroup[] {
  const today = new Date(now.getFullYear(), now.getMonth(), now.getDate()).getTime()
  const yesterday = new Date(now.getFullYear(), now.getMonth(), now.getDate() - 1).getTime()
  const titleOf = ({ pinned, updatedAt }: ChatSession): string => {
    const usedAt = Date.parse(updatedAt)
    if (pinned) return 'Pinned'
    return usedAt >= today ? 'Today' : usedAt >= yesterday ? 'Yesterday' : 'Earlier'
  }
  return ['Pinned', 'Today', 'Yesterday', 'Earlier']
    .map((title) => ({ title, chats: chats.filter((chat) => titleOf(chat) === title) }))
    .filter((group) => group.chats.length > 0)
}

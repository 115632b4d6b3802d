import type { ChatSession } from '@portal/contract'

/** Chats under one heading. */
export type ChatGroup = { title: string; chats: ChatSession[] }

/**
 * Chats as the list shows them: those that are pinned, then by when they were used last, in the order they have: the
 * nearer the finer, and older ones by their month.
 */
export function groupChats(chats: readonly ChatSession[], now = new Date()): ChatGroup[] {
  const isFirst = ({ pinned, deletedAt }: ChatSession) => pinned && !deletedAt
  const ordered = chats.toSorted((one, other) => Number(isFirst(other)) - Number(isFirst(one)))
  const groups = Map.groupBy(ordered, (chat) =>
    isFirst(chat) ? 'Pinned' : titleOf(new Date(chat.updatedAt), now),
  )
  return [...groups].map(([title, rows]) => ({ title, chats: rows }))
}

function titleOf(usedAt: Date, now: Date): string {
  const isWithin = (days: number) =>
    usedAt >= new Date(now.getFullYear(), now.getMonth(), now.getDate() - days)
  if (isWithin(0)) return 'Today'
  if (isWithin(1)) return 'Yesterday'
  if (isWithin(7)) return 'Previous 7 days'
  return isWithin(30) ? 'Previous 30 days' : monthText.format(usedAt)
}

const monthText = new Intl.DateTimeFormat('en', { month: 'long', year: 'numeric' })

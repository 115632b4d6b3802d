import type { ChatSession } from '@portal/contract'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useState } from 'react'
import classes from './chat.module.css'
import type { ChatGroup } from './chat-groups.ts'
import { ChatRow } from './chat-row.tsx'

type LongChatRowsProps = { groups: readonly ChatGroup[]; onLeave: () => void }
type Line = { title: string; chat?: ChatSession }

/** The same rows, of which only those around what is in sight are on the page. */
export function LongChatRows({ groups, onLeave }: LongChatRowsProps) {
  const [list, setList] = useState<HTMLUListElement | null>(null)
  const lines = groups.flatMap(({ title, chats }): Line[] => [
    { title },
    ...chats.map((chat) => ({ title, chat })),
  ])
  const virtualizer = useVirtualizer<HTMLElement, HTMLLIElement>({
    count: lines.length,
    getScrollElement: () => list?.closest<HTMLElement>('[data-scrolls-chats]') ?? null,
    getItemKey: (index) => lines[index]?.chat?.id ?? lines[index]?.title ?? index,
    estimateSize: () => 36,
    scrollMargin: list?.offsetTop ?? 0,
    overscan: 10,
  })
  const items = virtualizer.getVirtualItems()
  const first = (items[0]?.start ?? 0) - virtualizer.options.scrollMargin
  const last = (items.at(-1)?.end ?? 0) - virtualizer.options.scrollMargin
  return (
    <ul
      ref={setList}
      className={classes.rows}
      style={{ paddingTop: first, paddingBottom: virtualizer.getTotalSize() - last }}
    >
      {items.map(({ key, index }) => {
        const { title, chat } = lines[index] ?? { title: '' }
        const place = { ref: virtualizer.measureElement, 'data-index': index }
        if (chat) return <ChatRow key={key} chat={chat} onLeave={onLeave} place={place} />
        return (
          <li key={key} {...place}>
            <h2 className={classes.group}>{title}</h2>
          </li>
        )
      })}
    </ul>
  )
}

import type { ChatMessage } from '@portal/contract'
import { useMemo, useRef } from 'react'
import type { Turn } from './branch.ts'
import { MessageRow } from './message-row.tsx'
import type { MessageRowProps } from './message-row-props.ts'
import classes from './thread.module.css'
import { useThreadBox } from './thread-box.ts'
import { useFoundMessage } from './use-found-message.ts'
import { useMessageWindow } from './use-message-window.ts'

type MessageListProps = { turns: readonly Turn[]; onAsk: MessageRowProps['onAsk'] }

/** The messages of a branch, of which only those around what is in sight are on the page. */
export function MessageList({ turns, onAsk }: MessageListProps) {
  const { virtualizer, onFocus } = useMessageWindow(turns)
  const found = useFoundMessage(turns, virtualizer)
  const roomOf = useRoomForAnswer()
  const items = virtualizer.getVirtualItems()
  return (
    <ol className={classes.messages}>
      {items.map(({ key, index, start }, at) => {
        const turn = turns[index]
        if (!turn) return null
        const { message, siblings } = turn
        const before = items[at - 1]
        const room = index === turns.length - 1 ? roomOf(message, before?.size ?? 0) : undefined
        return (
          <li
            key={key}
            ref={virtualizer.measureElement}
            data-index={index}
            data-status={message.role === 'assistant' ? message.status : undefined}
            data-found={found === message.id || undefined}
            aria-posinset={index + 1}
            aria-setsize={turns.length}
            // The room of those that are not on the page.
            style={{ marginTop: Math.max(0, start - (before?.end ?? 0)), minHeight: room }}
            onFocus={() => onFocus(message.id)}
          >
            <MessageRow message={message} siblings={siblings.join(' ')} onAsk={onAsk} />
          </li>
        )
      })}
    </ol>
  )
}

/** How high a question may be to stand above its answer whole. */
const questionPxMax = 240

/**
 * The height of the last answer: one that somebody saw begin fills the room below its question, which thereby stands
 * at the top while the answer comes.
 */
function useRoomForAnswer(): (message: ChatMessage, questionPx: number) => number | undefined {
  const { box } = useThreadBox()
  const begun = useRef<string>(null)
  const padding = useMemo(() => (box?.firstElementChild ? paddingOf(box.firstElementChild) : 0), [box])
  return ({ id, role, status }, questionPx) => {
    if (role !== 'assistant' || !box) return undefined
    if (status === 'running') begun.current = id
    if (begun.current !== id) return undefined
    return Math.max(0, box.clientHeight - padding - Math.min(questionPx, questionPxMax))
  }
}

/** What stands above and below what is in it, in pixels. */
function paddingOf(element: Element): number {
  const { paddingTop, paddingBottom } = getComputedStyle(element)
  return Number.parseFloat(paddingTop) + Number.parseFloat(paddingBottom)
}

import { TextInput } from '@mantine/core'
import type { ChatSession } from '@portal/contract'
import { useState } from 'react'
import { isOfComposing, useTellWhenGone } from '../ui/index.ts'
import { useKeepTyped } from './chat-changes.ts'

/** A title being changed: Enter and leaving keep it, Escape does not. */
export function RenameField({ chat, onClose }: { chat: ChatSession; onClose: () => void }) {
  const [title, setTitle] = useState(chat.title)
  const { mutate, isPending, error } = useKeepTyped(useTellWhenGone())
  const keep = () => {
    const given = title.trim()
    if (!given || given === chat.title) onClose()
    else if (!isPending) mutate({ id: chat.id, changes: { title: given } }, { onSuccess: onClose })
  }
  return (
    <TextInput
      size="xs"
      aria-label="Title"
      value={title}
      maxLength={200}
      readOnly={isPending}
      error={error?.message}
      onChange={(event) => setTitle(event.currentTarget.value)}
      onBlur={keep}
      onKeyDown={(event) => {
        if (isOfComposing(event.nativeEvent)) return
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

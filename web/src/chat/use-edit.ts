import type { ChatMessage } from '@portal/contract'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { sessionQuery } from '../api/index.ts'
import { keepDraft, readDraft } from './drafts.ts'

type Edit = {
  /** Null while nobody edits. */
  text: string | null
  /** Whether it was begun since the question came into sight. */
  isWanted: boolean
  write: (text: string) => void
  close: () => void
}

/** What somebody changes a question to; it outlives the question's being out of sight, and the page. */
export function useEdit({ id, content }: ChatMessage): Edit {
  const { data: session } = useQuery(sessionQuery)
  const place = { userId: session?.user.id ?? '', chat: `edit:${id}` }
  const [text, setText] = useState(() => readDraft(place) || null)
  const [isWanted, setWanted] = useState(false)
  return {
    text,
    isWanted,
    write(typed) {
      setWanted(true)
      setText(typed)
      // One that changes nothing is not worth being kept.
      keepDraft(place, typed === content ? '' : typed)
    },
    close() {
      setText(null)
      keepDraft(place, '')
    },
  }
}

import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { sessionQuery } from '../api/index.ts'
import { type AttachmentBox, attachmentBox } from './attaching.ts'
import { keepDraft, readDraft } from './drafts.ts'

type Draft = {
  text: string
  write: (text: string) => void
  /** Forgets what was sent, unless something else was typed meanwhile. */
  forget: (sent: string) => void
  /** The files that go with it. */
  box: AttachmentBox
}

/** What somebody is writing for a chat; it outlives the page. */
export function useDraft(chat: string): Draft {
  const { data: session } = useQuery(sessionQuery)
  const place = { userId: session?.user.id ?? '', chat }
  const [text, setText] = useState(() => readDraft(place))
  return {
    text,
    box: attachmentBox(`${place.userId}:${chat}`),
    write(typed) {
      setText(typed)
      keepDraft(place, typed)
    },
    forget(sent) {
      if (readDraft(place) === sent) keepDraft(place, '')
      setText((now) => (now === sent ? '' : now))
    },
  }
}

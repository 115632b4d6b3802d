// What screen readers are told of an answer: sentences, never tokens.
import { VisuallyHidden } from '@mantine/core'
import { useEffect, useRef, useSyncExternalStore } from 'react'
import type { Shown } from './live-answer.ts'
import { sentencesFrom, spoken } from './sentences.ts'

let said = ''
const listeners = new Set<() => void>()

function announce(text: string): void {
  if (!text) return
  said = text
  for (const listener of listeners) listener()
}

/** The next chat begins in silence. */
function forget(): void {
  said = ''
}

const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** The place that is read out. */
export function Announcer() {
  const text = useSyncExternalStore(subscribe, () => said)
  useEffect(() => forget, [])
  return (
    <VisuallyHidden role="status" aria-live="polite" data-announcer>
      {text}
    </VisuallyHidden>
  )
}

const endings = { complete: 'Answer done.', stopped: 'Answer stopped.' } as const

/** Has an answer read out while it is being made; how it failed is an alert of its own. */
export function useAnnounced({ content }: Shown, status: string): void {
  const told = useRef<number>(null)
  useEffect(() => {
    if (status === 'running') {
      if (told.current === null) announce('Answer is being written.')
      told.current ??= content.length
      const { said: sentences, end } = sentencesFrom(content, told.current)
      told.current = end
      announce(sentences)
    } else if (told.current !== null) {
      const rest = spoken(content.slice(told.current))
      told.current = null
      announce(`${rest} ${endings[status as keyof typeof endings] ?? ''}`.trim())
    }
  }, [content, status])
}

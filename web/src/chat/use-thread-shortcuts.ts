import type { ChatSession } from '@portal/contract'
import { lastCodeOf } from '../markdown/index.ts'
import { notifyDone, notifyFailed, useShortcut } from '../ui/index.ts'
import type { Turn } from './branch.ts'
import { useDelete } from './chat-changes.ts'
import { focusComposer } from './composer.tsx'
import { withThoughts } from './thoughts.ts'

/** The keys that work on a chat: to the composer, copying the end of it, and deleting it. */
export function useThreadShortcuts(chat: ChatSession, turns: readonly Turn[]): void {
  const remove = useDelete()
  const lastAnswer = () => turns.findLast(({ message }) => message.role === 'assistant' && message.content)
  useShortcut({ keys: 'shift+Escape', label: 'Go to the message field', group: 'Chat' }, focusComposer)
  useShortcut({ keys: 'mod+shift+Backspace', label: 'Delete this chat', group: 'Chat' }, () => remove(chat))
  useShortcut({ keys: 'mod+shift+c', label: 'Copy the last answer', group: 'Chat' }, () =>
    copy(wordsOf(lastAnswer()), 'answer'),
  )
  // As the key of ";" types it with Shift.
  useShortcut({ keys: 'mod+shift+:', label: 'Copy the last code', group: 'Chat' }, async () => {
    const codes = turns.toReversed().map(
      ({ message: { content } }) =>
        () =>
          lastCodeOf(content),
    )
    copy(await firstOf(codes), 'code')
  })
}

const wordsOf = (turn: Turn | undefined): string | null =>
  turn ? withThoughts(turn.message, false).content : null

async function firstOf(ways: readonly (() => Promise<string | null>)[]): Promise<string | null> {
  for (const way of ways) {
    const found = await way()
    if (found !== null) return found
  }
  return null
}

function copy(text: string | null, what: string): void {
  if (text === null) {
    notifyFailed(new Error(`There is no ${what} in this chat to copy.`))
    return
  }
  navigator.clipboard.writeText(text).then(
    () => notifyDone(`The last ${what} is copied.`),
    () => notifyFailed(new Error('The browser did not let it be copied.')),
  )
}

import type { ChatMessage, ChatSession, MessageStatus } from '@portal/contract'
import { useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useMemo } from 'react'
import { type Asked, useAsk } from './asking.ts'
import { branchOf } from './branch.ts'
import { awaitTitle } from './chat-cache.ts'
import { useKeepTyped, useUpdateChat } from './chat-changes.ts'
import { ChatSettings } from './chat-settings.tsx'
import { Composer, type Written } from './composer.tsx'
import { MessageList } from './message-list.tsx'
import { StopButton } from './stop-button.tsx'
import { Suggestions } from './suggestions.tsx'
import { Thread } from './thread.tsx'
import { useBranchOfFound } from './use-found-message.ts'
import { useThreadShortcuts } from './use-thread-shortcuts.ts'

type ConversationProps = { chat: ChatSession; messages: readonly ChatMessage[] }

/** A chat: the branch in use, and where one asks on. */
export function Conversation({ chat, messages }: ConversationProps) {
  const turns = useMemo(() => branchOf(messages, chat.leafId), [messages, chat.leafId])
  useBranchOfFound(chat, messages, turns)
  useThreadShortcuts(chat, turns)
  const start = useAsk()
  // The same for as long as the chat is shown, so that no message is made anew for it.
  const ask = useCallback((asked: Asked) => start(chat.id, asked), [start, chat.id])
  const { mutate } = useUpdateChat()
  const { mutateAsync: keep } = useKeepTyped()
  const last = turns.at(-1)?.message
  const running =
    last?.status === 'running' && last.generationId
      ? { sessionId: chat.id, generationId: last.generationId }
      : null
  useTitle(chat.id, last?.status)
  const end = last?.id ?? null
  const askOn = (written: Written) => ask({ ...written, parentId: end, ifLeafId: end })
  return (
    <Thread
      foot={(toEnd) => (
        <Composer
          chat={chat.id}
          stop={running && <StopButton key={running.generationId} running={running} />}
          recalled={turns.findLast(({ message }) => message.role === 'user')?.message.content ?? ''}
          onSend={async (written) => {
            await askOn(written)
            toEnd()
          }}
        >
          <ChatSettings
            settings={chat}
            onChange={(changes) => mutate({ id: chat.id, changes })}
            onKeep={(changes) => keep({ id: chat.id, changes })}
          />
        </Composer>
      )}
    >
      {turns.length === 0 && <Suggestions onChoose={(content) => askOn({ content, attachments: [] })} />}
      <MessageList turns={turns} onAsk={ask} />
    </Thread>
  )
}

/** Awaits the title wherever the last answer has ended, whichever way that was heard. */
function useTitle(sessionId: string, status: MessageStatus | undefined): void {
  const client = useQueryClient()
  const hasEnded = status !== undefined && status !== 'running'
  useEffect(() => {
    if (hasEnded) awaitTitle(client, sessionId)
  }, [client, sessionId, hasEnded])
}

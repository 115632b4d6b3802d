import { chatEndpoints } from '@portal/contract'
import { type QueryClient, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useRef, useState } from 'react'
import { ApiError, call, chatQueries } from '../api/index.ts'
import { useAsk } from './asking.ts'
import { changeChat, rereadLists } from './chat-cache.ts'
import { ChatHeader } from './chat-header.tsx'
import { ChatSettings, type Settings } from './chat-settings.tsx'
import { Composer, type Written } from './composer.tsx'
import { loadConversation } from './lazy-conversation.ts'
import { Suggestions } from './suggestions.tsx'
import { Thread } from './thread.tsx'

const portalsOwn: Settings = { model: null, instructions: null, temperature: null }

/** A chat that has not begun: it does with the first question. */
export function NewChatPage() {
  const [settings, setSettings] = useState(portalsOwn)
  const begin = useBegin(settings)
  const change = (changes: Partial<Settings>) => setSettings((now) => ({ ...now, ...changes }))
  return (
    <>
      <ChatHeader title="New chat" />
      <Thread
        foot={() => (
          <Composer chat="new" onSend={begin}>
            <ChatSettings settings={settings} onChange={change} onKeep={async (changes) => change(changes)} />
          </Composer>
        )}
      >
        <Suggestions onChoose={(content) => begin({ content, attachments: [] })} />
      </Thread>
    </>
  )
}

/**
 * Makes a chat of a first question. Where the server refused it no empty chat is left; where it may have been asked
 * after all, the chat serves the next try.
 */
function useBegin(settings: Settings): (written: Written) => Promise<void> {
  const client = useQueryClient()
  const navigate = useNavigate()
  const ask = useAsk()
  const made = useRef<{ id: string; settings: Settings }>(null)
  return async (written) => {
    // What shows the chat comes meanwhile.
    void loadConversation()
    const id = await chatFor(client, settings, made.current)
    made.current = { id, settings }
    try {
      await ask(id, { ...written, parentId: null })
    } catch (error) {
      if (error instanceof ApiError && !error.isPassing) {
        made.current = null
        void discard(client, id)
      }
      throw error
    }
    await navigate({ to: '/chat/$sessionId', params: { sessionId: id } })
  }
}

/** A new chat, or the one that waits for its first question; resolves to its id. */
async function chatFor(
  client: QueryClient,
  settings: Settings,
  made: { id: string; settings: Settings } | null,
): Promise<string> {
  if (made?.settings === settings) return made.id
  if (made) {
    changeChat(client, made.id, settings)
    await call(chatEndpoints.updateSession, { params: { sessionId: made.id }, body: settings })
    return made.id
  }
  const { messages, ...chat } = await call(chatEndpoints.createSession, { body: settings })
  client.setQueryData(chatQueries.session(chat.id).queryKey, chat)
  client.setQueryData(chatQueries.messages(chat.id).queryKey, messages)
  return chat.id
}

/** Deletes a chat that never had a message; one that stays is no more than a row in the list. */
async function discard(client: QueryClient, sessionId: string): Promise<void> {
  try {
    await call(chatEndpoints.deleteSession, { params: { sessionId }, query: { purge: 'true' } })
  } catch {
    // It is one of the list then, where it can be deleted.
  }
  await rereadLists(client)
}

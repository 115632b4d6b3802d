import { type ChatSession, chatEndpoints } from '@portal/contract'
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useRef, useState } from 'react'
import { call, chatQueries } from '../api/index.ts'
import { useAsk } from './asking.ts'
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
  return (
    <>
      <ChatHeader title="New chat" />
      <Thread
        foot={() => (
          <Composer chat="new" running={null} onSend={begin}>
            <ChatSettings
              settings={settings}
              onChange={(changes) => setSettings((now) => ({ ...now, ...changes }))}
            />
          </Composer>
        )}
      >
        <Suggestions onChoose={(content) => begin({ content, attachments: [] })} />
      </Thread>
    </>
  )
}

/** Makes a chat of a first question; one that was made for a question that failed serves the next try. */
function useBegin(settings: Settings): (written: Written) => Promise<void> {
  const client = useQueryClient()
  const navigate = useNavigate()
  const ask = useAsk()
  const made = useRef<{ chat: ChatSession; settings: Settings }>(null)
  return async (written) => {
    // What shows the chat comes meanwhile.
    void loadConversation()
    if (made.current?.settings !== settings) {
      const { messages, ...chat } = await call(chatEndpoints.createSession, { body: settings })
      made.current = { chat, settings }
      client.setQueryData(chatQueries.session(chat.id).queryKey, chat)
      client.setQueryData(chatQueries.messages(chat.id).queryKey, messages)
    }
    const { id: sessionId } = made.current.chat
    await ask(sessionId, { ...written, parentId: null })
    await navigate({ to: '/chat/$sessionId', params: { sessionId } })
  }
}

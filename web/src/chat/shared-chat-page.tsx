import { Text } from '@mantine/core'
import { chatShareEndpoints } from '@portal/contract'
import { IconLinkOff } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { useEffect } from 'react'
import { ApiError, call } from '../api/index.ts'
import { dayText, EmptyState, Loaded } from '../ui/index.ts'
import { Transcript } from './transcript.tsx'

/** What a link to a chat shows, to anybody. */
export function SharedChatPage() {
  const { token } = useParams({ from: '/guide/share/$token' })
  const chat = useQuery({
    queryKey: ['shared', token],
    queryFn: ({ signal }) => call(chatShareEndpoints.readShare, { params: { token }, signal }),
  })
  useUnlisted()
  if (chat.error instanceof ApiError && chat.error.status === 404) {
    return (
      <EmptyState icon={<IconLinkOff size={24} aria-hidden />} title="This link leads nowhere">
        Whoever shared this chat revoked the link or deleted the chat, or the address is not whole.
      </EmptyState>
    )
  }
  return (
    <Loaded query={chat} what="this chat">
      {({ title, messages, createdAt }) => (
        <Transcript title={title} messages={messages}>
          <Text size="sm" c="dimmed" mb="md">
            A chat as it was on {dayText(createdAt)}, shared by its owner. Answers are a model’s: check what
            matters.
          </Text>
        </Transcript>
      )}
    </Loaded>
  )
}

/** Tells search engines to leave the page out, as its headers do. */
function useUnlisted(): void {
  useEffect(() => {
    const meta = document.createElement('meta')
    meta.name = 'robots'
    meta.content = 'noindex'
    document.head.append(meta)
    return () => meta.remove()
  }, [])
}

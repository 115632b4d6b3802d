import { Text } from '@mantine/core'
import { chatShareEndpoints } from '@portal/contract'
import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { ApiError, call } from '../api/index.ts'
import { dayText, Loaded, Page } from '../ui/index.ts'
import { Transcript } from './transcript.tsx'

/** What a link to a chat shows, to anybody. */
export function SharedChatPage() {
  const { token } = useParams({ from: '/guide/share/$token' })
  const chat = useQuery({
    queryKey: ['shared', token],
    queryFn: ({ signal }) => call(chatShareEndpoints.readShare, { params: { token }, signal }),
  })
  if (chat.error instanceof ApiError && chat.error.status === 404) return <RevokedLink />
  return (
    <Loaded query={chat} what="this chat">
      {({ title, messages, createdAt }) => (
        <Transcript title={title} messages={messages}>
          <Text size="sm" c="dimmed" mt={4}>
            A chat as it was on {dayText(createdAt)}, shared by its owner. Answers are a model’s: check what
            matters.
          </Text>
        </Transcript>
      )}
    </Loaded>
  )
}

const RevokedLink = () => (
  <Page title="This link leads nowhere" width="narrow">
    <Text>
      Whoever shared this chat revoked the link or deleted the chat, or the address is not whole. Ask them for
      a new link.
    </Text>
  </Page>
)

import { Button, Group } from '@mantine/core'
import type { ChatMessage } from '@portal/contract'
import { IconPrinter } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { chatQueries } from '../api/index.ts'
import { ButtonLink, Loaded } from '../ui/index.ts'
import { branchOf } from './branch.ts'
import { Transcript } from './transcript.tsx'

/** A chat as it goes to paper: the branch in use, whole. */
export function PrintPage() {
  const { sessionId } = useParams({ from: '/guide/chat/$sessionId/print' })
  const chat = useQuery(chatQueries.session(sessionId))
  const messages = useQuery(chatQueries.messages(sessionId))
  return (
    <Loaded query={messages} what="this chat">
      {(all) => (
        <Transcript title={chat.data?.title ?? 'Chat'} messages={said(all, chat.data?.leafId ?? null)}>
          <Group mb="md">
            <Button leftSection={<IconPrinter size={16} aria-hidden />} onClick={() => window.print()}>
              Print
            </Button>
            <ButtonLink to="/chat/$sessionId" params={{ sessionId }} variant="default">
              Back to the chat
            </ButtonLink>
          </Group>
        </Transcript>
      )}
    </Loaded>
  )
}

const said = (messages: readonly ChatMessage[], leafId: string | null) =>
  branchOf(messages, leafId).map(({ message: { role, model, content, attachments } }) => ({
    ...{ role, model, content },
    attachments: attachments.map(({ name }) => name),
  }))

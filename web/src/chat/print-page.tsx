import { Button, Group } from '@mantine/core'
import type { ChatMessage, ChatSession } from '@portal/contract'
import { IconPrinter } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { useEffect } from 'react'
import { chatQueries } from '../api/index.ts'
import { Folding } from '../markdown/index.ts'
import { ButtonLink, Loaded } from '../ui/index.ts'
import { branchOf } from './branch.ts'
import { Transcript } from './transcript.tsx'

/** A chat as it goes to paper: the branch in use, whole. */
export function PrintPage() {
  const { sessionId } = useParams({ from: '/portal/chat/$sessionId/print' })
  const chat = useQuery(chatQueries.session(sessionId))
  const messages = useQuery(chatQueries.messages(sessionId))
  return (
    <Loaded query={chat} what="this chat">
      {(session) => (
        <Loaded query={messages} what="this chat">
          {(all) => (
            <Folding value={false}>
              <Printable chat={session} messages={all} />
            </Folding>
          )}
        </Loaded>
      )}
    </Loaded>
  )
}

function Printable({
  chat: { id, title, leafId },
  messages,
}: {
  chat: ChatSession
  messages: ChatMessage[]
}) {
  useLightOnPaper()
  return (
    <Transcript title={title} messages={said(messages, leafId)}>
      <Group mt="md">
        <Button leftSection={<IconPrinter size={16} aria-hidden />} onClick={() => window.print()}>
          Print
        </Button>
        <ButtonLink to="/chat/$sessionId" params={{ sessionId: id }} variant="default" data-on-screen>
          Back to the chat
        </ButtonLink>
      </Group>
    </Transcript>
  )
}

const said = (messages: readonly ChatMessage[], leafId: string | null) =>
  branchOf(messages, leafId).map(({ message: { role, model, content, attachments, toolCalls } }) => ({
    ...{ role, model, content },
    attachments: attachments.map(({ name }) => name),
    tools: toolCalls.map(({ name }) => name),
  }))

/** Paper is light. */
function useLightOnPaper(): void {
  useEffect(() => {
    const { dataset } = document.documentElement
    let onScreen = dataset.mantineColorScheme
    const before = () => {
      onScreen = dataset.mantineColorScheme
      dataset.mantineColorScheme = 'light'
    }
    const after = () => {
      dataset.mantineColorScheme = onScreen
    }
    window.addEventListener('beforeprint', before)
    window.addEventListener('afterprint', after)
    return () => {
      window.removeEventListener('beforeprint', before)
      window.removeEventListener('afterprint', after)
    }
  }, [])
}

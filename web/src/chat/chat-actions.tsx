import { Menu } from '@mantine/core'
import type { ChatSession } from '@portal/contract'
import { IconFileTypeTxt, IconJson, IconLink, IconPrinter } from '@tabler/icons-react'
import { lazy, Suspense, useState } from 'react'
import { urlOf } from '../api/index.ts'
import { useOpenedAtOnce } from '../ui/index.ts'
import { ChatActionsButton } from './chat-actions-button.tsx'

const ShareDialog = lazy(() =>
  import('./share-dialog.tsx').then(({ ShareDialog }) => ({ default: ShareDialog })),
)

/** Takes a chat to others: a link, a file, paper. */
export function ChatActions({ chat: { id, title } }: { chat: ChatSession }) {
  const { target, menu } = useOpenedAtOnce()
  const [sharing, setSharing] = useState<'never' | 'now' | 'before'>('never')
  return (
    <>
      <Menu width={220} position="bottom-end" {...menu}>
        <Menu.Target>
          <ChatActionsButton ref={target} />
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconLink size={16} aria-hidden />} onClick={() => setSharing('now')}>
            Share by a link…
          </Menu.Item>
          <Menu.Item
            component="a"
            href={exportUrl(id, 'markdown')}
            download
            leftSection={<IconFileTypeTxt size={16} aria-hidden />}
          >
            Export as Markdown
          </Menu.Item>
          <Menu.Item
            component="a"
            href={exportUrl(id, 'json')}
            download
            leftSection={<IconJson size={16} aria-hidden />}
          >
            Export as JSON
          </Menu.Item>
          <Menu.Item
            component="a"
            href={`/chat/${id}/print`}
            target="_blank"
            leftSection={<IconPrinter size={16} aria-hidden />}
          >
            Print
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {sharing !== 'never' && (
        <Suspense>
          <ShareDialog
            sessionId={id}
            title={title}
            opened={sharing === 'now'}
            onClose={() => setSharing('before')}
          />
        </Suspense>
      )}
    </>
  )
}

const exportUrl = (sessionId: string, format: string): string =>
  urlOf('/api/chat/sessions/:sessionId/export', { sessionId }, { format })

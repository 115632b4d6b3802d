import { Menu } from '@mantine/core'
import type { ChatSession } from '@portal/contract'
import {
  IconArchive,
  IconArchiveOff,
  IconPencil,
  IconPin,
  IconPinnedOff,
  IconTrash,
} from '@tabler/icons-react'
import { useOpenedAtOnce } from '../ui/index.ts'
import { useArchive, useDelete, useUpdateChat } from './chat-changes.ts'
import { ChatMenuButton } from './chat-menu-button.tsx'

/** What can be done with a chat, opened. */
export function ChatMenu({ chat, onRename }: { chat: ChatSession; onRename: () => void }) {
  const { target, menu } = useOpenedAtOnce()
  const { mutate } = useUpdateChat()
  const archive = useArchive()
  const remove = useDelete()
  const { id, title, pinned, archived } = chat
  const item = (label: string, icon: React.ReactNode, run: () => void) => (
    <Menu.Item leftSection={icon} onClick={run}>
      {label}
    </Menu.Item>
  )
  return (
    <Menu width={180} {...menu}>
      <Menu.Target>
        <ChatMenuButton ref={target} chat={title} />
      </Menu.Target>
      <Menu.Dropdown>
        {item('Rename', <IconPencil size={16} aria-hidden />, onRename)}
        {item(
          pinned ? 'Unpin' : 'Pin',
          pinned ? <IconPinnedOff size={16} aria-hidden /> : <IconPin size={16} aria-hidden />,
          () => mutate({ id, changes: { pinned: !pinned } }),
        )}
        {item(
          archived ? 'Take out of the archive' : 'Archive',
          archived ? <IconArchiveOff size={16} aria-hidden /> : <IconArchive size={16} aria-hidden />,
          () => archive(chat),
        )}
        <Menu.Divider />
        <Menu.Item
          c="var(--mantine-color-error)"
          leftSection={<IconTrash size={16} aria-hidden />}
          onClick={() => remove(chat)}
        >
          Delete
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

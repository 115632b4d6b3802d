import { Menu } from '@mantine/core'
import type { ChatSession } from '@portal/contract'
import {
  IconArchive,
  IconArchiveOff,
  IconPencil,
  IconPin,
  IconPinnedOff,
  IconRestore,
  IconTag,
  IconTrash,
} from '@tabler/icons-react'
import { type ReactNode, useState } from 'react'
import { ConfirmDialog, useOpenedAtOnce } from '../ui/index.ts'
import { useArchive, useDelete, usePurge, useRestore, useUpdateChat } from './chat-changes.ts'
import { ChatMenuButton } from './chat-menu-button.tsx'

type ChatMenuProps = { chat: ChatSession; onRename: () => void; onTag: () => void }

/** What can be done with a chat, opened. */
export function ChatMenu(props: ChatMenuProps) {
  const { target, menu } = useOpenedAtOnce()
  const [isPurging, setPurging] = useState(false)
  const { chat } = props
  return (
    <>
      <Menu width={200} {...menu}>
        <Menu.Target>
          <ChatMenuButton ref={target} chat={chat.title} />
        </Menu.Target>
        <Menu.Dropdown>
          {chat.deletedAt ? (
            <TrashItems chat={chat} onPurge={() => setPurging(true)} />
          ) : (
            <ChatItems {...props} />
          )}
        </Menu.Dropdown>
      </Menu>
      <PurgeDialog chat={chat} opened={isPurging} onClose={() => setPurging(false)} />
    </>
  )
}

const size = 16
type ItemProps = { icon: ReactNode; isGrave?: boolean; onClick: () => void; children: ReactNode }

const Item = ({ icon, isGrave = false, onClick, children }: ItemProps) => (
  <Menu.Item leftSection={icon} onClick={onClick} {...(isGrave && { c: 'var(--mantine-color-error)' })}>
    {children}
  </Menu.Item>
)

function ChatItems({ chat, onRename, onTag }: ChatMenuProps) {
  const { mutate } = useUpdateChat()
  const archive = useArchive()
  const remove = useDelete()
  const { id, pinned, archived } = chat
  const PinIcon = pinned ? IconPinnedOff : IconPin
  const ArchiveIcon = archived ? IconArchiveOff : IconArchive
  return (
    <>
      <Item icon={<IconPencil size={size} aria-hidden />} onClick={onRename}>
        Rename
      </Item>
      <Item
        icon={<PinIcon size={size} aria-hidden />}
        onClick={() => mutate({ id, changes: { pinned: !pinned } })}
      >
        {pinned ? 'Unpin' : 'Pin'}
      </Item>
      <Item icon={<IconTag size={size} aria-hidden />} onClick={onTag}>
        Tags
      </Item>
      <Item icon={<ArchiveIcon size={size} aria-hidden />} onClick={() => archive(chat)}>
        {archived ? 'Take out of the archive' : 'Archive'}
      </Item>
      <Menu.Divider />
      <Item icon={<IconTrash size={size} aria-hidden />} isGrave onClick={() => remove(chat)}>
        Delete
      </Item>
    </>
  )
}

function TrashItems({ chat, onPurge }: { chat: ChatSession; onPurge: () => void }) {
  const restore = useRestore()
  return (
    <>
      <Item icon={<IconRestore size={size} aria-hidden />} onClick={() => restore(chat.id)}>
        Restore
      </Item>
      <Item icon={<IconTrash size={size} aria-hidden />} isGrave onClick={onPurge}>
        Delete for good
      </Item>
    </>
  )
}

type PurgeDialogProps = { chat: ChatSession; opened: boolean; onClose: () => void }

function PurgeDialog({ chat: { id, title }, opened, onClose }: PurgeDialogProps) {
  const { mutate, isPending, error } = usePurge()
  return (
    <ConfirmDialog
      title="Delete this chat for good?"
      action="Delete for good"
      opened={opened}
      isBusy={isPending}
      error={error}
      onClose={onClose}
      onConfirm={() => mutate(id, { onSuccess: onClose })}
    >
      “{title}” and all its messages are gone then. Nobody can bring them back.
    </ConfirmDialog>
  )
}

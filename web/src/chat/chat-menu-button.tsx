import { ActionIcon, type ActionIconProps } from '@mantine/core'
import { IconDots } from '@tabler/icons-react'
import type { ComponentPropsWithRef } from 'react'

type ChatMenuButtonProps = ActionIconProps &
  Omit<ComponentPropsWithRef<'button'>, keyof ActionIconProps> & { chat: string }

/** What opens the menu of a chat. */
export const ChatMenuButton = ({ chat, ...props }: ChatMenuButtonProps) => (
  <ActionIcon
    variant="subtle"
    color="gray"
    aria-label={`Actions for ${chat}`}
    aria-haspopup="menu"
    {...props}
  >
    <IconDots size={16} aria-hidden />
  </ActionIcon>
)

import { ActionIcon, type ActionIconProps } from '@mantine/core'
import { IconShare2 } from '@tabler/icons-react'
import type { ComponentPropsWithRef } from 'react'

type ChatActionsButtonProps = ActionIconProps & Omit<ComponentPropsWithRef<'button'>, keyof ActionIconProps>

/** What opens the ways to take a chat to others. */
export const ChatActionsButton = (props: ChatActionsButtonProps) => (
  <ActionIcon
    variant="subtle"
    color="gray"
    size="lg"
    ml="auto"
    aria-label="Share, export or print"
    aria-haspopup="menu"
    {...props}
  >
    <IconShare2 size={18} aria-hidden />
  </ActionIcon>
)

import { ActionIcon, type ActionIconProps } from '@mantine/core'
import { IconArrowsSplit2 } from '@tabler/icons-react'
import type { ComponentPropsWithRef } from 'react'

type OtherModelsButtonProps = ActionIconProps & Omit<ComponentPropsWithRef<'button'>, keyof ActionIconProps>

/** What opens the choice of another model for the same question. */
export const OtherModelsButton = (props: OtherModelsButtonProps) => (
  <ActionIcon
    variant="subtle"
    color="gray"
    aria-label="Compare with another model"
    aria-haspopup="menu"
    {...props}
  >
    <IconArrowsSplit2 size={16} aria-hidden />
  </ActionIcon>
)

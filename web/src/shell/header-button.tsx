import { ActionIcon, Tooltip } from '@mantine/core'
import type { ReactNode } from 'react'

type HeaderButtonProps = {
  name: string
  /** What its tooltip says beyond its name. */
  hint?: string
  /** Left out on phones. */
  isWide?: boolean
  onClick: () => void
  children: ReactNode
}

/** A symbol in the header that does something. */
export const HeaderButton = ({ name, hint = name, isWide = false, onClick, children }: HeaderButtonProps) => (
  <Tooltip label={hint}>
    <ActionIcon
      variant="subtle"
      color="gray"
      size="lg"
      aria-label={name}
      onClick={onClick}
      {...(isWide && { visibleFrom: 'sm' })}
    >
      {children}
    </ActionIcon>
  </Tooltip>
)

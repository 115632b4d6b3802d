import { ActionIcon, Tooltip } from '@mantine/core'
import type { ReactNode } from 'react'

type CodeToggleProps = { label: string; isOn: boolean; onToggle: () => void; children: ReactNode }

/** A small button above code that is on or off. */
export const CodeToggle = ({ label, isOn, onToggle, children }: CodeToggleProps) => (
  <Tooltip label={label}>
    <ActionIcon
      variant={isOn ? 'light' : 'subtle'}
      color={isOn ? 'pine' : 'gray'}
      aria-label={label}
      aria-pressed={isOn}
      onClick={onToggle}
    >
      {children}
    </ActionIcon>
  </Tooltip>
)

import { Text, UnstyledButton, VisuallyHidden } from '@mantine/core'
import type { ActingOrganisation } from '@portal/contract'
import { IconSelector } from '@tabler/icons-react'
import type { ComponentPropsWithRef } from 'react'
import classes from './organisation.module.css'
import { planWords } from './role-words.ts'

type SwitcherButtonProps = ComponentPropsWithRef<'button'> & { organisation: ActingOrganisation }

/** The organisation that is acted for, and its plan. */
export const SwitcherButton = ({ organisation: { name, tier }, ...props }: SwitcherButtonProps) => (
  <UnstyledButton aria-haspopup="menu" {...props} className={classes.switcher}>
    <VisuallyHidden>Organisation: </VisuallyHidden>
    <span className={classes.names}>
      <Text size="sm" fw={600} truncate component="span" display="block">
        {name}
      </Text>
      <Text size="xs" c="dimmed" component="span" display="block">
        {planWords[tier]}
      </Text>
    </span>
    <IconSelector size={16} aria-hidden />
  </UnstyledButton>
)

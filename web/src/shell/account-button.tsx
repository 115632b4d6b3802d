import { UnstyledButton } from '@mantine/core'
import type { SignedInUser } from '@portal/contract'
import type { ComponentPropsWithRef } from 'react'
import classes from './shell.module.css'

type AccountButtonProps = ComponentPropsWithRef<'button'> & { user: SignedInUser }

/** Who is signed in, by their initials. */
export const AccountButton = ({ user, ...props }: AccountButtonProps) => (
  <UnstyledButton
    aria-label={`Account of ${user.name || user.email}`}
    aria-haspopup="menu"
    {...props}
    className={classes.account}
    data-initials={initialsOf(user.name || user.email)}
  />
)

/** The first letters of the first and the last word. */
const initialsOf = (name: string): string =>
  [name.trim().split(/\s+/).at(0), name.trim().split(/\s+/).slice(1).at(-1)]
    .map((word) => word?.match(/\p{L}/u)?.[0] ?? '')
    .join('')
    .toUpperCase()

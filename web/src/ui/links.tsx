import { Anchor, Button, type ButtonProps } from '@mantine/core'
import { createLink } from '@tanstack/react-router'
import type { ComponentPropsWithRef } from 'react'

type LinkButtonProps = ButtonProps & Omit<ComponentPropsWithRef<'a'>, keyof ButtonProps>

const LinkButton = (props: LinkButtonProps) => <Button component="a" {...props} />

/** A link within the app that looks like a button. */
export const ButtonLink = createLink(LinkButton)

/** A link within the app, in text. */
export const TextLink = createLink(Anchor<'a'>)

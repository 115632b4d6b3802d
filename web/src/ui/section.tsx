import { Group, Stack, Text, Title } from '@mantine/core'
import { type ReactNode, useId } from 'react'
import classes from './section.module.css'

type SectionProps = {
  title?: string
  description?: ReactNode
  actions?: ReactNode
  children?: ReactNode
}

/** A card with a heading: one subject of a page. */
export function Section({ title, description, actions, children }: SectionProps) {
  const id = useId()
  return (
    <section className={classes.section} {...(title && { 'aria-labelledby': id })}>
      {title && (
        <Group justify="space-between" align="flex-start" gap="sm" mb={children ? 'md' : 0}>
          <Stack gap={2} className={classes.heading}>
            <Title order={2} id={id}>
              {title}
            </Title>
            {description && (
              <Text c="dimmed" size="sm">
                {description}
              </Text>
            )}
          </Stack>
          {actions}
        </Group>
      )}
      {children}
    </section>
  )
}

import { Group, Stack, Text, Title } from '@mantine/core'
import { type ReactNode, useEffect } from 'react'
import classes from './page.module.css'

/** Names the browser's tab while the caller is shown. */
export function useDocumentTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · LLM Portal`
  }, [title])
}

type PageProps = {
  title: string
  /** What the browser's tab says, where that is more exact. */
  tabTitle?: string
  description?: ReactNode
  /** What can be done here, beside the title. */
  actions?: ReactNode
  /** Forms read better narrow. */
  width?: 'wide' | 'narrow'
  children: ReactNode
}

/** One page of the app: its title, what it is for, and what it holds. */
export function Page({ title, tabTitle = title, description, actions, width = 'wide', children }: PageProps) {
  useDocumentTitle(tabTitle)
  return (
    <div className={classes.page} data-width={width}>
      <Group justify="space-between" align="flex-start" gap="md" mb="lg" wrap="wrap">
        <Stack gap={4} className={classes.heading}>
          <Title order={1} tabIndex={-1} className={classes.title}>
            {title}
          </Title>
          {description && <Text c="dimmed">{description}</Text>}
        </Stack>
        {actions}
      </Group>
      <Stack gap="lg">{children}</Stack>
    </div>
  )
}

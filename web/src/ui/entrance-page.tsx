import { Stack, Text, Title } from '@mantine/core'
import type { ReactNode } from 'react'
import { useDocumentTitle } from './page.tsx'

type EntrancePageProps = { title: string; description?: ReactNode; children: ReactNode }

/** One of the pages before signing in: what it is for, and its form. */
export function EntrancePage({ title, description, children }: EntrancePageProps) {
  useDocumentTitle(title)
  return (
    <Stack gap="md">
      <Stack gap={4}>
        <Title order={1} size="h2" style={{ overflowWrap: 'anywhere' }}>
          {title}
        </Title>
        {description && (
          <Text c="dimmed" size="sm" component="div">
            {description}
          </Text>
        )}
      </Stack>
      {children}
    </Stack>
  )
}

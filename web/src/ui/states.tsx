// What a part of a page shows while it has nothing else to show.
import { Alert, Button, Skeleton, Stack, Text, ThemeIcon, Title } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import type { ReactNode } from 'react'

type EmptyStateProps = { icon: ReactNode; title: string; children: ReactNode; action?: ReactNode }

/** Nothing is here yet: what it would be, and how to make the first. */
export function EmptyState({ icon, title, children, action }: EmptyStateProps) {
  return (
    <Stack align="center" gap="xs" py="xl" px="md" ta="center">
      <ThemeIcon size={44} variant="light" radius="lg" aria-hidden>
        {icon}
      </ThemeIcon>
      <Title order={2} mt="xs">
        {title}
      </Title>
      <Text c="dimmed" maw="28rem" mb="sm">
        {children}
      </Text>
      {action}
    </Stack>
  )
}

/** A part of a page that could not be loaded, and the way to try again. */
export function ErrorState({ title, error, onRetry }: { title: string; error: Error; onRetry: () => void }) {
  return (
    <Alert color="red" variant="light" icon={<IconAlertTriangle aria-hidden />} title={title} role="alert">
      <Text size="sm" mb="sm">
        {error.message}
      </Text>
      <Button size="xs" variant="default" onClick={onRetry}>
        Try again
      </Button>
    </Alert>
  )
}

/** What cannot be sent, above or below a form. */
export function FormError({ children }: { children: ReactNode }) {
  return (
    <Alert color="red" variant="light" icon={<IconAlertTriangle aria-hidden />} role="alert">
      {children}
    </Alert>
  )
}

/** The place of rows that are on their way. */
export function RowsSkeleton({ rows = 4, label }: { rows?: number; label: string }) {
  return (
    <Stack gap="sm" role="status" aria-label={label}>
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they are all alike and never move
        <Skeleton key={row} height={44} radius="md" />
      ))}
    </Stack>
  )
}

import { Button, Group, Text } from '@mantine/core'
import { ApiError } from '../api/index.ts'

/** Whether something was changed by somebody else since it was read. */
export const isStale = (error: Error | null): boolean =>
  error instanceof ApiError && error.status === 409 && error.param === 'version'

/** The way to what it is now; null where it is gone. */
export function StartAnew({ onStart }: { onStart: (() => void) | null }) {
  if (!onStart) return <Text size="sm">It was deleted meanwhile.</Text>
  return (
    <Group>
      <Button variant="default" size="xs" onClick={onStart}>
        Drop what I changed, show what it is now
      </Button>
    </Group>
  )
}

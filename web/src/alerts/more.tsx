import { Button, Group } from '@mantine/core'
import { ErrorState } from '../ui/index.ts'

type MoreProps = {
  query: {
    error: Error | null
    hasNextPage: boolean
    isFetchingNextPage: boolean
    fetchNextPage: () => unknown
  }
}

/** The way to what was before. */
export function More({ query: { error, hasNextPage, isFetchingNextPage, fetchNextPage } }: MoreProps) {
  if (error) return <ErrorState title="More could not be loaded" error={error} onRetry={fetchNextPage} />
  if (!hasNextPage) return null
  return (
    <Group justify="center">
      <Button variant="default" loading={isFetchingNextPage} onClick={() => fetchNextPage()}>
        Load more
      </Button>
    </Group>
  )
}

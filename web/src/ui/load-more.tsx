import { Button, Group } from '@mantine/core'
import { ErrorState } from './states.tsx'

type LoadMoreProps = {
  query: {
    error: Error | null
    hasNextPage: boolean
    isFetchingNextPage: boolean
    fetchNextPage: () => unknown
  }
}

/** The way to the rows after those that were read, where there are any. */
export function LoadMore({
  query: { error, hasNextPage, isFetchingNextPage, fetchNextPage },
}: LoadMoreProps) {
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

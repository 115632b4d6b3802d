import { Button, Group, Stack, Text } from '@mantine/core'
import { ErrorState } from './states.tsx'

type LoadMoreProps = {
  query: {
    error: Error | null
    hasNextPage: boolean
    isFetchingNextPage: boolean
    fetchNextPage: () => unknown
  }
  /** How many there are, and how many of them are shown. */
  count?: string | undefined
}

/** The way to the rows after those that were read, where there are any. */
export const LoadMore = ({ query, count }: LoadMoreProps) => (
  <Stack gap="xs">
    {count && (
      <Text size="sm" c="dimmed" ta="center" role="status">
        {count}
      </Text>
    )}
    <NextPage {...query} />
  </Stack>
)

function NextPage({ error, hasNextPage, isFetchingNextPage, fetchNextPage }: LoadMoreProps['query']) {
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

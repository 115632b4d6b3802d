import { Stack, Text } from '@mantine/core'
import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query'
import { type Column, DataTable, Loaded, LoadMore } from '../ui/index.ts'

type ListPage<Row> = { data: readonly Row[]; nextCursor: string | null }

type PagedTableProps<Row> = {
  query: UseInfiniteQueryResult<InfiniteData<ListPage<Row>>>
  /** What the rows are, as it stands in a sentence: "the users". */
  what: string
  caption: string
  columns: readonly Column<Row>[]
  keyOf: (row: Row) => string
  /** What stands here where there is nothing. */
  empty: string
}

/** Rows that are read page by page, and the way to more of them. */
export function PagedTable<Row>({ query, what, empty, ...table }: PagedTableProps<Row>) {
  return (
    <Loaded query={query} what={what} rows={6}>
      {({ pages }) => {
        const rows = pages.flatMap(({ data }) => data)
        if (rows.length === 0) {
          return (
            <Text c="dimmed" ta="center" py="xl">
              {empty}
            </Text>
          )
        }
        return (
          <Stack>
            <DataTable rows={rows} {...table} />
            <LoadMore query={query} />
          </Stack>
        )
      }}
    </Loaded>
  )
}

type OnePage<Row> = { data: readonly Row[]; nextCursor: string | null }

/** All rows of a list that is read page by page. */
export async function everyPage<Row>(
  read: (query: { limit: number; cursor?: string }) => Promise<OnePage<Row>>,
): Promise<Row[]> {
  const rows: Row[] = []
  let cursor: string | null = null
  do {
    const page: OnePage<Row> = await read(cursor ? { limit: pageSize, cursor } : { limit: pageSize })
    rows.push(...page.data)
    cursor = page.nextCursor
  } while (cursor)
  return rows
}

const pageSize = 100

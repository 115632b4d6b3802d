import { expect, test } from 'vitest'
import { keyQueries } from './key-queries.ts'
import { createQueryClient } from './query-client.ts'

test('a change to a key has the keys read again, and the use of none', async () => {
  const client = createQueryClient()
  client.setQueryData(keyQueries.list.queryKey, [])
  const { queryKey } = keyQueries.usage('key_1')
  client.setQueryData([...queryKey], {})
  await client.invalidateQueries({ queryKey: keyQueries.all })
  expect(client.getQueryState(keyQueries.list.queryKey)?.isInvalidated).toBe(true)
  expect(client.getQueryState(queryKey)?.isInvalidated).toBe(false)
})

import { QueryClient } from '@tanstack/react-query'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { chatQueries } from '../api/index.ts'
import { awaitTitle } from './chat-cache.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** What the pages know: the chat by itself, and its row in the list. */
function knowing({ chat, row }: Record<'chat' | 'row', string>): QueryClient {
  const client = new QueryClient()
  client.setQueryData<unknown>(chatQueries.session('cht_1').queryKey, { id: 'cht_1', title: chat })
  const pages = [{ data: [{ id: 'cht_1', title: row }], nextCursor: null }]
  client.setQueryData([...chatQueries.lists, {}], { pages, pageParams: [null] })
  return client
}

test.each([
  { chat: 'New chat', row: 'New chat', reads: 4 },
  { chat: 'Herons', row: 'New chat', reads: 4 },
  { chat: 'New chat', row: 'Herons', reads: 4 },
  { chat: 'Herons', row: 'Herons', reads: 0 },
])('[W-61] a title is awaited until chat and list have it: $chat, $row', ({ reads, ...known }) => {
  const client = knowing(known)
  const reread = vi.spyOn(client, 'invalidateQueries')
  awaitTitle(client, 'cht_1')
  vi.advanceTimersByTime(60_000)
  const lists = reread.mock.calls.filter(([asked]) => asked?.queryKey === chatQueries.lists)
  expect(lists).toHaveLength(reads)
})

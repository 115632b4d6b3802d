// What the pages of chats read, under the keys it is cached by.
import { chatEndpoints } from '@portal/contract'
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { call } from './call.ts'

/** Chats, and what is in one. */
export const chatQueries = {
  lists: ['chats', 'list'] as const,
  list: (show: 'active' | 'archived' | 'trash', tag: readonly string[]) =>
    infiniteQueryOptions({
      queryKey: ['chats', 'list', show, tag],
      queryFn: ({ pageParam, signal }) =>
        call(chatEndpoints.listSessions, {
          query: { show, tag, ...(pageParam && { cursor: pageParam }) },
          signal,
        }),
      initialPageParam: null as string | null,
      getNextPageParam: ({ nextCursor }) => nextCursor,
    }),
  settings: queryOptions({
    queryKey: ['chat-settings'],
    queryFn: ({ signal }) => call(chatEndpoints.getSettings, { signal }),
  }),
  tags: queryOptions({
    queryKey: ['chats', 'tags'],
    queryFn: async ({ signal }) => (await call(chatEndpoints.listTags, { signal })).data,
  }),
  search: (words: string, tag: readonly string[] = []) =>
    queryOptions({
      queryKey: ['chats', 'search', words, tag],
      queryFn: async ({ signal }) =>
        (await call(chatEndpoints.listSessions, { query: { search: words, tag }, signal })).data,
    }),
  session: (sessionId: string) =>
    queryOptions({
      queryKey: ['chats', sessionId, 'session'],
      queryFn: ({ signal }) => call(chatEndpoints.getSession, { params: { sessionId }, signal }),
      refetchOnMount: 'always',
    }),
  messages: (sessionId: string) =>
    queryOptions({
      queryKey: ['chats', sessionId, 'messages'],
      queryFn: async ({ signal }) =>
        (await call(chatEndpoints.listMessages, { params: { sessionId }, signal })).data,
      refetchOnMount: 'always',
    }),
}

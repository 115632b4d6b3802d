import { chatPromptEndpoints, chatShareEndpoints, fileEndpoints } from '@portal/contract'
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { call } from '../api/index.ts'

/** What somebody has beside their chats: prompts, links, files. */
export const personalQueries = {
  prompts: queryOptions({
    queryKey: ['chat-prompts'],
    queryFn: async ({ signal }) => (await call(chatPromptEndpoints.listPrompts, { signal })).data,
  }),
  shares: queryOptions({
    queryKey: ['chat-shares'],
    queryFn: async ({ signal }) => (await call(chatShareEndpoints.listShares, { signal })).data,
  }),
  files: (search: string) =>
    infiniteQueryOptions({
      queryKey: ['files', search],
      queryFn: ({ pageParam, signal }) =>
        call(fileEndpoints.listFiles, {
          query: { ...(search && { search }), ...(pageParam && { cursor: pageParam }) },
          signal,
        }),
      initialPageParam: null as string | null,
      getNextPageParam: ({ nextCursor }) => nextCursor,
    }),
}

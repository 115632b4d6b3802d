import { keyEndpoints } from '@portal/contract'
import { queryOptions } from '@tanstack/react-query'
import { call } from './call.ts'
import { everyPage } from './every-page.ts'

/** API keys and their use. */
export const keyQueries = {
  all: ['keys'] as const,
  list: queryOptions({
    queryKey: ['keys', 'list'],
    queryFn: ({ signal }) => everyPage((query) => call(keyEndpoints.list, { query, signal })),
  }),
  usage: (keyId: string) =>
    queryOptions({
      // Not among the keys: changing one changes nobody's past use.
      queryKey: ['key-usage', keyId],
      queryFn: ({ signal }) => call(keyEndpoints.usage, { params: { keyId }, query: { days: 30 }, signal }),
      staleTime: 5 * 60_000,
    }),
}

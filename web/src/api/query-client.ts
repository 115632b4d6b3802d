import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query'
import { ApiError } from './api-error.ts'
import { sessionQuery } from './queries.ts'

const triesMax = 3

/** The cache of what the server said. An answer that says the session ended empties the session at once. */
export function createQueryClient(): QueryClient {
  const onError = (error: Error) => {
    if (!(error instanceof ApiError)) return
    if (error.code === 'session_ended') client.setQueryData(sessionQuery.queryKey, null)
    else if (error.code === 'missing_credentials') {
      void client.invalidateQueries({ queryKey: sessionQuery.queryKey })
    }
  }
  const client = new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      queries: {
        staleTime: 30_000,
        // Asked even while the browser believes itself offline: it is often wrong, and the banner tells.
        networkMode: 'always',
        retry: (failures, error) => isWorthRetrying(error) && failures < triesMax - 1,
        retryDelay: (failures) => Math.min(500 * 2 ** failures, 4000),
      },
      // What was done is not kept: it would hold on to the page that it was done on.
      mutations: { networkMode: 'always', gcTime: 0 },
    },
  })
  return client
}

const isWorthRetrying = (error: Error): boolean => error instanceof ApiError && error.isPassing

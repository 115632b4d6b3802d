// What every page reads, under the keys it is cached by. What few pages read stands apart: all load this.
import { authEndpoints, modelEndpoints } from '@portal/contract'
import { queryOptions } from '@tanstack/react-query'
import { call } from './call.ts'

const minuteMs = 60_000

/** Who is signed in; null where nobody is. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: ({ signal }) => call(authEndpoints.getSession, { signal }),
  staleTime: minuteMs,
  // While the server is away it is asked again, so that the banner goes as soon as it is back.
  refetchInterval: ({ state }) => (state.status === 'error' || state.fetchFailureCount > 0 ? 5_000 : false),
})

/** The ways to sign in that this portal offers. */
export const waysQuery = queryOptions({
  queryKey: ['ways'],
  queryFn: ({ signal }) => call(authEndpoints.ways, { signal }),
  staleTime: 10 * minuteMs,
})

/** The models that can be called. */
export const modelsQuery = queryOptions({
  queryKey: ['models'],
  queryFn: async ({ signal }) => {
    const list = await call(modelEndpoints.list, { signal })
    return 'object' in list ? list.data : []
  },
})

// What pages read, under the keys it is cached by.
import {
  authEndpoints,
  keyEndpoints,
  modelEndpoints,
  passkeyEndpoints,
  userEndpoints,
} from '@portal/contract'
import { queryOptions } from '@tanstack/react-query'
import { call } from './call.ts'
import { everyPage } from './every-page.ts'

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
      staleTime: 5 * minuteMs,
    }),
}

/** The account of the person who is signed in. */
export const userQueries = {
  all: ['user'] as const,
  profile: queryOptions({
    queryKey: ['user', 'profile'],
    queryFn: ({ signal }) => call(userEndpoints.profile, { signal }),
  }),
  devices: queryOptions({
    queryKey: ['user', 'devices'],
    queryFn: ({ signal }) => call(authEndpoints.listSessions, { signal }),
  }),
  accounts: queryOptions({
    queryKey: ['user', 'accounts'],
    queryFn: ({ signal }) => call(authEndpoints.listAccounts, { signal }),
  }),
  passkeys: queryOptions({
    queryKey: ['user', 'passkeys'],
    queryFn: ({ signal }) => call(passkeyEndpoints.list, { signal }),
  }),
}

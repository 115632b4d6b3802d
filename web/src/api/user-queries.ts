import { authEndpoints, userEndpoints } from '@portal/contract'
import { queryOptions } from '@tanstack/react-query'
import { call } from './call.ts'

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
}

import { passkeyEndpoints } from '@portal/contract'
import { queryOptions } from '@tanstack/react-query'
import { call, userQueries } from '../api/index.ts'

/** Somebody's passkeys, read again with the rest of their account. */
export const passkeyQuery = queryOptions({
  queryKey: [...userQueries.all, 'passkeys'],
  queryFn: ({ signal }) => call(passkeyEndpoints.list, { signal }),
})

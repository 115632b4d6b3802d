import { incidentEndpoints, statusEndpoints } from '@portal/contract'
import { queryOptions } from '@tanstack/react-query'
import { call } from '../api/index.ts'

const lookMs = 30_000

/** How the portal works, looked at again while the page is. */
export const statusQuery = queryOptions({
  queryKey: ['status'],
  queryFn: ({ signal }) => call(statusEndpoints.report, { signal }),
  refetchInterval: lookMs,
  staleTime: lookMs,
})

/** Incidents as those see them who write them. */
export const incidentsQuery = queryOptions({
  queryKey: ['incidents'],
  queryFn: ({ signal }) => call(incidentEndpoints.list, { signal }),
})

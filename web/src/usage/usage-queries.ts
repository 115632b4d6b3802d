// What is read of usage, under the keys it is cached by. Here and not among the other queries: what describes these
// endpoints is loaded with this page alone.
import { usageEndpoints } from '@portal/contract'
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import { call, type Input, urlOf } from '../api/index.ts'

/** What usage is narrowed by. */
export type AskedUsage = NonNullable<Input<typeof usageEndpoints.summary>['query']>
type AskedRatings = NonNullable<Input<typeof usageEndpoints.ratings>['query']>

/** Usage and its parts; what was there stays until what it is narrowed to is there, but times, which would stand under other days. */
export const usageQueries = {
  summary: (query: AskedUsage) =>
    queryOptions({
      queryKey: ['usage', 'summary', query],
      queryFn: ({ signal }) => call(usageEndpoints.summary, { query, signal }),
      placeholderData: keepPreviousData,
    }),
  latency: (query: AskedUsage) =>
    queryOptions({
      queryKey: ['usage', 'latency', query],
      queryFn: async ({ signal }) => (await call(usageEndpoints.latency, { query, signal })).data,
    }),
  requests: (query: AskedUsage) =>
    infiniteQueryOptions({
      queryKey: ['usage', 'requests', query],
      queryFn: ({ pageParam, signal }) =>
        call(usageEndpoints.requests, {
          query: { ...query, limit: 25, ...(pageParam && { cursor: pageParam }) },
          signal,
        }),
      initialPageParam: null as string | null,
      getNextPageParam: ({ nextCursor }) => nextCursor,
    }),
  ratings: (query: AskedRatings) =>
    queryOptions({
      queryKey: ['usage', 'ratings', query],
      queryFn: async ({ signal }) => (await call(usageEndpoints.ratings, { query, signal })).data,
      placeholderData: keepPreviousData,
    }),
  filters: queryOptions({
    queryKey: ['usage', 'filters'],
    queryFn: ({ signal }) => call(usageEndpoints.filters, { signal }),
  }),
  plan: queryOptions({
    queryKey: ['usage', 'plan'],
    queryFn: ({ signal }) => call(usageEndpoints.plan, { signal }),
  }),
}

/** Where the requests of such usage are to be had as a file. */
export const usageExportUrl = (query: AskedUsage, format: 'csv' | 'json'): string =>
  urlOf(usageEndpoints.export.path, {}, { ...query, format })

/** Where what is used today is told as it changes. */
export const usageLiveUrl = (timezone: string): string => urlOf(usageEndpoints.live.path, {}, { timezone })

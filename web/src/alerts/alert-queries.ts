// What is read of alerts and webhooks, under the keys it is cached by; loaded with these pages alone.
import { alertEndpoints, deliveryEndpoints, usageEndpoints, webhookEndpoints } from '@portal/contract'
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { call } from '../api/index.ts'

const pages = {
  initialPageParam: null as string | null,
  getNextPageParam: ({ nextCursor }: { nextCursor: string | null }) => nextCursor,
}

/** How often what may change by itself is read again while it is looked at. */
const freshMs = 5_000

/** Alerts, what they have said, webhooks and what was sent. */
export const alertQueries = {
  all: ['alerts'] as const,
  list: queryOptions({
    queryKey: ['alerts', 'list'],
    queryFn: ({ signal }) => call(alertEndpoints.list, { signal }),
    refetchInterval: freshMs,
  }),
  history: (alert: string | undefined) =>
    infiniteQueryOptions({
      queryKey: ['alerts', 'history', alert],
      queryFn: ({ pageParam, signal }) =>
        call(alertEndpoints.history, {
          query: { ...(alert && { alert }), ...(pageParam && { cursor: pageParam }) },
          signal,
        }),
      refetchInterval: freshMs,
      ...pages,
    }),
  webhooks: queryOptions({
    queryKey: ['alerts', 'webhooks'],
    queryFn: ({ signal }) => call(webhookEndpoints.list, { signal }),
  }),
  deliveriesOf: (webhookId: string) =>
    infiniteQueryOptions({
      queryKey: ['alerts', 'deliveries', webhookId],
      queryFn: ({ pageParam, signal }) =>
        call(webhookEndpoints.deliveries, {
          params: { webhookId },
          query: pageParam ? { cursor: pageParam } : {},
          signal,
        }),
      refetchInterval: freshMs,
      ...pages,
    }),
  delivery: (deliveryId: string) =>
    queryOptions({
      queryKey: ['alerts', 'delivery', deliveryId],
      queryFn: ({ signal }) => call(deliveryEndpoints.get, { params: { deliveryId }, signal }),
    }),
  /** What can be counted alone. */
  choices: queryOptions({
    queryKey: ['usage', 'filters'],
    queryFn: ({ signal }) => call(usageEndpoints.filters, { signal }),
  }),
}

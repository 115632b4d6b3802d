// What administration reads, under the keys it is cached by.
import { administrationEndpoints as endpoints, type PortalDelivery } from '@portal/contract'
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { call } from '../api/index.ts'

const pages = {
  initialPageParam: null as string | null,
  getNextPageParam: ({ nextCursor }: { nextCursor: string | null }) => nextCursor,
}
const after = (cursor: string | null) => (cursor ? { cursor } : {})
const soonMs = 15_000

/** What a list of people, or organisations, is narrowed to. */
export type Narrowed = { q?: string; state?: 'active' | 'suspended'; plan?: 'free' | 'pro' | 'enterprise' }

export const adminQueries = {
  all: ['admin'] as const,
  overview: queryOptions({
    queryKey: ['admin', 'overview'],
    queryFn: ({ signal }) => call(endpoints.overview, { signal }),
    refetchInterval: soonMs,
  }),
  users: (narrowed: Narrowed & { role?: 'user' | 'admin' }) =>
    infiniteQueryOptions({
      queryKey: ['admin', 'users', narrowed],
      queryFn: ({ pageParam, signal }) =>
        call(endpoints.listUsers, { query: { ...narrowed, ...after(pageParam) }, signal }),
      ...pages,
    }),
  user: (userId: string) =>
    queryOptions({
      queryKey: ['admin', 'user', userId],
      queryFn: ({ signal }) => call(endpoints.getUser, { params: { userId }, signal }),
    }),
  organisations: (narrowed: Narrowed) =>
    infiniteQueryOptions({
      queryKey: ['admin', 'organisations', narrowed],
      queryFn: ({ pageParam, signal }) =>
        call(endpoints.listOrganisations, { query: { ...narrowed, ...after(pageParam) }, signal }),
      ...pages,
    }),
  organisation: (organisationId: string) =>
    queryOptions({
      queryKey: ['admin', 'organisation', organisationId],
      queryFn: ({ signal }) => call(endpoints.getOrganisation, { params: { organisationId }, signal }),
    }),
  plans: queryOptions({
    queryKey: ['admin', 'plans'],
    queryFn: async ({ signal }) => (await call(endpoints.listPlans, { signal })).data,
  }),
  limits: queryOptions({
    queryKey: ['admin', 'limits'],
    queryFn: ({ signal }) => call(endpoints.limitsNow, { query: {}, signal }),
    refetchInterval: soonMs,
  }),
  jobs: queryOptions({
    queryKey: ['admin', 'jobs'],
    queryFn: async ({ signal }) => (await call(endpoints.listJobs, { signal })).data,
    refetchInterval: soonMs,
  }),
  failedJobs: infiniteQueryOptions({
    queryKey: ['admin', 'failed-jobs'],
    queryFn: ({ pageParam, signal }) => call(endpoints.listFailedJobs, { query: after(pageParam), signal }),
    ...pages,
  }),
  switches: queryOptions({
    queryKey: ['admin', 'switches'],
    queryFn: async ({ signal }) => (await call(endpoints.listSwitches, { signal })).data,
  }),
  deliveries: (narrowed: Partial<Pick<PortalDelivery, 'state' | 'channel'>>) =>
    infiniteQueryOptions({
      queryKey: ['admin', 'deliveries', narrowed],
      queryFn: ({ pageParam, signal }) =>
        call(endpoints.listDeliveries, { query: { ...narrowed, ...after(pageParam) }, signal }),
      ...pages,
    }),
  storage: queryOptions({
    queryKey: ['admin', 'storage'],
    queryFn: ({ signal }) => call(endpoints.storage, { query: {}, signal }),
  }),
}

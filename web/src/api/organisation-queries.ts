// What pages read of organisations, and of what was done, under the keys it is cached by.
import {
  type AuditAction,
  auditEndpoints,
  invitationEndpoints,
  organisationEndpoints,
} from '@portal/contract'
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { call } from './call.ts'
import { everyPage } from './every-page.ts'

/** The organisations somebody is in, and who else is. */
export const organisationQueries = {
  all: ['organisations'] as const,
  list: queryOptions({
    queryKey: ['organisations', 'list'],
    queryFn: async ({ signal }) => (await call(organisationEndpoints.list, { signal })).data,
  }),
  members: (organisationId: string) =>
    queryOptions({
      queryKey: ['organisations', organisationId, 'members'],
      queryFn: ({ signal }) =>
        everyPage((query) =>
          call(organisationEndpoints.listMembers, { params: { organisationId }, query, signal }),
        ),
    }),
  invitations: (organisationId: string) =>
    queryOptions({
      queryKey: ['organisations', organisationId, 'invitations'],
      queryFn: async ({ signal }) =>
        (await call(invitationEndpoints.list, { params: { organisationId }, signal })).data,
    }),
  /** What the link of an invitation leads to. */
  preview: (token: string) =>
    queryOptions({
      queryKey: ['invitation', token],
      queryFn: ({ signal }) => call(invitationEndpoints.preview, { body: { token }, signal }),
      refetchOnWindowFocus: false,
    }),
}

const pages = {
  initialPageParam: null as string | null,
  getNextPageParam: ({ nextCursor }: { nextCursor: string | null }) => nextCursor,
}

/** What was done, newest first, a page at a time. */
export const historyQueries = {
  ofOrganisation: (organisationId: string, action: AuditAction | null) =>
    infiniteQueryOptions({
      queryKey: ['history', organisationId, action],
      queryFn: ({ pageParam, signal }) =>
        call(auditEndpoints.ofOrganisation, {
          params: { organisationId },
          query: { ...(action && { action }), ...(pageParam && { cursor: pageParam }) },
          signal,
        }),
      ...pages,
    }),
  ofUser: infiniteQueryOptions({
    queryKey: ['history', 'own'],
    queryFn: ({ pageParam, signal }) =>
      call(auditEndpoints.ofUser, { query: pageParam ? { cursor: pageParam } : {}, signal }),
    ...pages,
  }),
}

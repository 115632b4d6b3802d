import { type ActingOrganisation, organisationEndpoints } from '@portal/contract'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { call, organisationQueries, sessionQuery } from '../api/index.ts'

/** Who acts, and for which organisation. */
export type Acting = { organisation: ActingOrganisation; userId: string }

/** The organisation that this device acts for; null for the moment in which nobody is signed in. */
export function useActing(): Acting | null {
  const { data } = useQuery(sessionQuery)
  return data ? { organisation: data.organisation, userId: data.user.id } : null
}

/** What is read again after a change to the organisation. */
export const organisationReads = [organisationQueries.all, sessionQuery.queryKey]

/** Reads everything anew once another organisation is acted for. */
export function useFreshStart(): () => Promise<void> {
  const client = useQueryClient()
  return async () => {
    await client.fetchQuery({ ...sessionQuery, staleTime: 0 })
    // What the other organisation has must not be seen under this one's name, not even for a moment.
    await client.resetQueries({ predicate: ({ queryKey }) => queryKey[0] !== sessionQuery.queryKey[0] })
  }
}

/** Lets this device act for another organisation. */
export const switchTo = (organisationId: string) =>
  call(organisationEndpoints.switchTo, { params: { organisationId } })

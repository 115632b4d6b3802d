import { useMutation, useQueryClient } from '@tanstack/react-query'
import { organisationQueries, sessionQuery } from '../api/index.ts'
import { notifyDone } from '../ui/index.ts'

type OrganisationChange<Given> = {
  change: (given: Given) => Promise<unknown>
  /** What is said once it is done. */
  done: string
  onDone: () => void
}

/** One change to an organisation: it is read again after it, and also after it failed, which may be why. */
export function useOrganisationChange<Given>({ change, done, onDone }: OrganisationChange<Given>) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: change,
    onSuccess: () => {
      notifyDone(done)
      onDone()
    },
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: organisationQueries.all }),
        client.invalidateQueries({ queryKey: sessionQuery.queryKey }),
      ]),
  })
}

import { authEndpoints } from '@portal/contract'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { call, sessionQuery } from '../api/index.ts'
import { notifyFailed } from '../ui/index.ts'

/** Ends the session on this device, forgets what was read with it, and leads to signing in. */
export function useSignOut(): () => void {
  const client = useQueryClient()
  const navigate = useNavigate()
  const { mutate } = useMutation({
    mutationFn: () => call(authEndpoints.signOut, {}),
    onSuccess: async () => {
      await navigate({ to: '/sign-in' })
      client.clear()
      client.setQueryData(sessionQuery.queryKey, null)
    },
    onError: notifyFailed,
  })
  return mutate
}

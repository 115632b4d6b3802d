import { authEndpoints } from '@portal/contract'
import { useMutation } from '@tanstack/react-query'
import { call } from '../api/index.ts'
import { notifyFailed } from '../ui/index.ts'

/** Ends the session on this device and leads to signing in; the page is loaded anew, so nothing of it stays. */
export function useSignOut(): () => void {
  const { mutate } = useMutation({
    mutationFn: () => call(authEndpoints.signOut, {}),
    onSuccess: () => location.assign('/sign-in'),
    onError: notifyFailed,
  })
  return mutate
}

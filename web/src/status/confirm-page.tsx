import { Loader } from '@mantine/core'
import { statusEndpoints } from '@portal/contract'
import { useQuery } from '@tanstack/react-query'
import { useSearch } from '@tanstack/react-router'
import { call } from '../api/index.ts'
import { ButtonLink, EntrancePage, FormError } from '../ui/index.ts'

/** Where the link in the first mail leads: the address is confirmed with the token in it, which works once. */
export function ConfirmPage() {
  const { token = '' } = useSearch({ from: '/entrance/status/confirm' })
  // A query, though it changes something: whatever mounts the page twice, the token is sent once.
  const { data, error } = useQuery({
    queryKey: ['status-confirm', token],
    queryFn: () => call(statusEndpoints.confirm, { body: { token } }),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
    refetchOnWindowFocus: false,
  })
  const back = <ButtonLink to="/status">See the status page</ButtonLink>
  if (error) {
    return (
      <EntrancePage title="This link did not work">
        <FormError>{error.message}</FormError>
        {back}
      </EntrancePage>
    )
  }
  if (!data) {
    return (
      <EntrancePage title="Confirming your address…">
        <Loader role="status" aria-label="Confirming your address" />
      </EntrancePage>
    )
  }
  return (
    <EntrancePage title="You will be told" description="When something does not work, you get a mail.">
      {back}
    </EntrancePage>
  )
}

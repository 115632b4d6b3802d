import { Button } from '@mantine/core'
import { statusEndpoints } from '@portal/contract'
import { useMutation } from '@tanstack/react-query'
import { useSearch } from '@tanstack/react-router'
import { call } from '../api/index.ts'
import { ButtonLink, EntrancePage, FormError } from '../ui/index.ts'

/** Where the link at the end of a mail leads. Programs open links too: only the button ends anything. */
export function UnsubscribePage() {
  const { token = '' } = useSearch({ from: '/entrance/status/unsubscribe' })
  const { mutate, isPending, isSuccess, error } = useMutation({
    mutationFn: () => call(statusEndpoints.unsubscribe, { query: { token } }),
  })
  if (isSuccess) {
    return (
      <EntrancePage title="No more mails" description="You get no more mails about the portal’s status.">
        <ButtonLink to="/status">See the status page</ButtonLink>
      </EntrancePage>
    )
  }
  return (
    <EntrancePage title="End these mails?" description="You are no longer told when something does not work.">
      {error && <FormError>{error.message}</FormError>}
      <Button onClick={() => mutate()} loading={isPending}>
        End them
      </Button>
      <ButtonLink to="/status" variant="default">
        Keep them
      </ButtonLink>
    </EntrancePage>
  )
}

import { Button, Group, Stack, Text } from '@mantine/core'
import { authEndpoints } from '@portal/contract'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useLocation } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { ApiError, call } from '../api/index.ts'
import { Dialog, FormError } from '../ui/index.ts'

/** Some changes take a sign-in of the last minutes: wherever one is refused, leads to it and back to this page. */
export function SignInAgain() {
  const [isAsked, setAsked] = useState(false)
  const cache = useQueryClient().getMutationCache()
  const { href } = useLocation()
  const leave = useMutation({
    mutationFn: () => call(authEndpoints.signOut, {}),
    onSuccess: () => location.assign(`/sign-in?next=${encodeURIComponent(href)}`),
  })
  useEffect(
    () =>
      cache.subscribe(({ type, mutation }) => {
        const error = type === 'updated' ? mutation.state.error : null
        if (error instanceof ApiError && error.code === 'sign_in_not_recent') setAsked(true)
      }),
    [cache],
  )
  const close = () => setAsked(false)
  return (
    <Dialog opened={isAsked} onClose={close} title="Sign in again">
      <Stack>
        <Text size="sm">
          This takes a sign-in of the last ten minutes, so that nobody else can do it where you left a browser
          open. Afterwards you are back on this page; do it again then.
        </Text>
        {leave.error && <FormError>{leave.error.message}</FormError>}
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={close}>
            Not now
          </Button>
          <Button loading={leave.isPending} onClick={() => leave.mutate()}>
            Sign in again
          </Button>
        </Group>
      </Stack>
    </Dialog>
  )
}

import { Button, Stack, Text } from '@mantine/core'
import { authEndpoints, type OAuthProvider } from '@portal/contract'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { call, userQueries, waysQuery } from '../api/index.ts'
import { ErrorState, notifyDone, notifyFailed, RowsSkeleton, Section } from '../ui/index.ts'
import classes from './rows.module.css'

const names = { google: 'Google', github: 'GitHub' }

/** The other ways in: Google and GitHub, where this portal offers them. */
export function LinkedAccounts() {
  const accounts = useQuery(userQueries.accounts)
  const ways = useQuery(waysQuery)
  const error = accounts.error ?? ways.error
  const linked = accounts.data?.filter(({ providerId }) => providerId !== 'credential') ?? []
  const offered = [
    ...new Set([...(ways.data?.providers ?? []), ...linked.map(({ providerId }) => providerId)]),
  ]
  if (accounts.data && ways.data && offered.length === 0) return null
  return (
    <Section title="Other ways in" description="Sign in with an account that you have elsewhere.">
      {error ? (
        <ErrorState
          title="Your ways in could not be loaded"
          error={error}
          onRetry={() => Promise.all([accounts.refetch(), ways.refetch()])}
        />
      ) : accounts.data && ways.data ? (
        <ul className={classes.rows}>
          {offered
            .filter((provider) => provider !== 'credential')
            .map((provider) => (
              <Way
                key={provider}
                provider={provider}
                account={linked.find(({ providerId }) => providerId === provider)}
              />
            ))}
        </ul>
      ) : (
        <RowsSkeleton rows={2} label="Loading your ways in" />
      )}
    </Section>
  )
}

type WayProps = { provider: OAuthProvider; account: { email: string | null } | undefined }

function Way({ provider, account }: WayProps) {
  const { link, unlink, isBusy } = useLinks(provider)
  return (
    <li className={classes.row}>
      <Stack gap={2}>
        <Text fw={600} size="sm">
          {names[provider]}
        </Text>
        <Text size="sm" c="dimmed">
          {account ? (account.email ?? 'Linked') : 'Not linked'}
        </Text>
      </Stack>
      <Button variant="default" size="xs" loading={isBusy} onClick={() => (account ? unlink() : link())}>
        {account ? 'Unlink' : 'Link'}
      </Button>
    </li>
  )
}

function useLinks(provider: OAuthProvider) {
  const client = useQueryClient()
  const linking = useMutation({
    mutationFn: () =>
      call(authEndpoints.linkSocial, { body: { provider, callbackURL: '/settings/security' } }),
    onSuccess: ({ url }) => location.assign(url),
    onError: notifyFailed,
  })
  const unlinking = useMutation({
    mutationFn: () => call(authEndpoints.unlinkAccount, { body: { providerId: provider } }),
    onSuccess: () => {
      notifyDone(`${names[provider]} is no longer a way in.`)
      return client.invalidateQueries({ queryKey: userQueries.all })
    },
    onError: notifyFailed,
  })
  return {
    link: linking.mutate,
    unlink: unlinking.mutate,
    isBusy: linking.isPending || unlinking.isPending,
  }
}

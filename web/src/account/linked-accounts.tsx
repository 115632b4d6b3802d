import { Button, Stack, Text } from '@mantine/core'
import { authEndpoints, type OAuthProvider } from '@portal/contract'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useSearch } from '@tanstack/react-router'
import { call, userQueries, waysQuery } from '../api/index.ts'
import { FormError, Loaded, notifyFailed, Section, useChange } from '../ui/index.ts'
import { oauthProblem, providerNames } from './oauth-outcome.ts'
import classes from './rows.module.css'
import { type WayIn, waysInOf } from './ways-in.ts'

/** The other ways in: Google and GitHub, where this portal offers them. */
export function LinkedAccounts() {
  const outcome = useSearch({ from: '/portal/settings/security' })
  const problem = oauthProblem(outcome.error, outcome.provider)
  const waysIn = useWaysIn()
  if (waysIn.data?.length === 0) return null
  return (
    <Section title="Linked accounts" description="Sign in with an account that you have somewhere else.">
      {problem && <FormError>{problem}</FormError>}
      <Loaded query={waysIn} what="your linked accounts" rows={2}>
        {(all) => (
          <ul className={classes.rows}>
            {all.map(({ provider, account }) => (
              <Way key={provider} provider={provider} account={account} />
            ))}
          </ul>
        )}
      </Loaded>
    </Section>
  )
}

/** What this portal offers and what somebody has linked, together as one query. */
function useWaysIn() {
  const accounts = useQuery(userQueries.accounts)
  const offered = useQuery(waysQuery)
  return {
    data: accounts.data && offered.data && waysInOf(accounts.data, offered.data.providers),
    error: accounts.error ?? offered.error,
    refetch: () => Promise.all([accounts.refetch(), offered.refetch()]),
  }
}

function Way({ provider, account }: WayIn) {
  const { link, unlink, isBusy } = useLinks(provider)
  return (
    <li className={classes.row}>
      <Stack gap={2}>
        <Text fw={600} size="sm">
          {providerNames[provider]}
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
  const linking = useMutation({
    mutationFn: () =>
      call(authEndpoints.linkSocial, { body: { provider, callbackURL: '/settings/security' } }),
    onSuccess: ({ url }) => location.assign(url),
    onError: notifyFailed,
  })
  const unlinking = useChange({
    rereads: [userQueries.all],
    change: () => call(authEndpoints.unlinkAccount, { body: { providerId: provider } }),
    done: `${providerNames[provider]} is no longer linked.`,
  })
  return {
    link: linking.mutate,
    unlink: () => unlinking.mutate(undefined, { onError: notifyFailed }),
    isBusy: linking.isPending || unlinking.isPending,
  }
}

import { Button, Stack, Text } from '@mantine/core'
import { authEndpoints, type OAuthProvider } from '@portal/contract'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useSearch } from '@tanstack/react-router'
import { call, userQueries, waysQuery } from '../api/index.ts'
import { FormError, Loaded, notifyDone, notifyFailed, Section } from '../ui/index.ts'
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
    <Section title="Other ways in" description="Sign in with an account that you have elsewhere.">
      {problem && <FormError>{problem}</FormError>}
      <Loaded query={waysIn} what="your ways in" rows={2}>
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
      notifyDone(`${providerNames[provider]} is no longer a way in.`)
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

import { Alert } from '@mantine/core'
import type { SecondFactor } from '@portal/contract'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useRouter, useSearch } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { sessionQuery } from '../api/index.ts'
import { forgetReturnPath } from './kept-return-path.ts'
import { oauthProblem } from './oauth-outcome.ts'
import { PasswordStep } from './password-step.tsx'
import { safeReturnPath } from './return-path.ts'
import { SecondFactorStep } from './second-factor-step.tsx'

/** Signing in: a first proof, the second factor where it is on, and back to where somebody wanted to go. */
export function SignInPage() {
  const { next, email, step, error, provider } = useSearch({ from: '/entrance/sign-in' })
  const path = safeReturnPath(next)
  const [factors, setFactors] = useState<readonly SecondFactor[] | null>(
    step === 'second-factor' ? ['totp', 'passkey', 'backup-code'] : null,
  )
  const { data: session } = useQuery({ ...sessionQuery, retry: false })
  const enter = useEntry()
  if (session) return <GoOn path={path} />
  if (factors) {
    return <SecondFactorStep factors={factors} onSignedIn={enter} onBack={() => setFactors(null)} />
  }
  return (
    <>
      {path !== '/' && (
        <Alert variant="light" mb="md" p="xs">
          Sign in to continue to where you were.
        </Alert>
      )}
      <PasswordStep
        email={email ?? ''}
        next={path}
        problem={oauthProblem(error, provider)}
        onSignedIn={enter}
        onSecondFactor={setFactors}
      />
    </>
  )
}

/** Goes on once somebody is signed in: who it is, is asked anew. */
function useEntry(): () => Promise<void> {
  const client = useQueryClient()
  return async () => {
    // Whatever an earlier session of this page has read is somebody else's, perhaps.
    client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== sessionQuery.queryKey[0] })
    await client.fetchQuery({ ...sessionQuery, staleTime: 0 })
  }
}

function GoOn({ path }: { path: string }) {
  const { history } = useRouter()
  useEffect(() => {
    forgetReturnPath(path)
    history.replace(path)
  }, [history, path])
  return null
}

import { Container, Loader } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useLocation, useNavigate } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { sessionQuery } from '../api/index.ts'
import { ErrorState } from '../ui/index.ts'
import { Frame } from './frame.tsx'

/**
 * Lets those in who are signed in, and keeps them in: once somebody is, only an answer that says the session is
 * over takes the page away. A server that fails or cannot be reached does not.
 */
export function Shell() {
  const session = useQuery(sessionQuery)
  if (session.data) return <Frame user={session.data.user} />
  if (session.data === null) return <ToSignIn />
  return (
    <Container size="xs" py="xl" component="main">
      {session.error ? (
        <ErrorState title="The portal does not answer" error={session.error} onRetry={session.refetch} />
      ) : (
        <Loader role="status" aria-label="Opening the portal" mx="auto" display="block" />
      )}
    </Container>
  )
}

/** Leads to signing in, once, with the way back to where somebody was. */
function ToSignIn() {
  const navigate = useNavigate()
  const { href } = useLocation()
  const wanted = useRef(href)
  useEffect(() => {
    const next = wanted.current
    void navigate({ to: '/sign-in', search: next === '/' ? {} : { next }, replace: true })
  }, [navigate])
  return null
}

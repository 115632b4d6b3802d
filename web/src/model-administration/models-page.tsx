import { Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { sessionQuery } from '../api/index.ts'
import { Page, TextLink } from '../ui/index.ts'
import { ModelAdministration } from './model-administration.tsx'

/** Providers and models, for administrators. */
export function ModelsPage() {
  const { data: session } = useQuery(sessionQuery)
  if (!session) return null
  return (
    <Page
      title="Models and providers"
      description={
        <>
          Changes count for the next request.{' '}
          <TextLink to="/docs/$page" params={{ page: 'change-models' }}>
            How it works
          </TextLink>
        </>
      }
    >
      {session.user.role === 'ADMIN' ? (
        <ModelAdministration />
      ) : (
        <Text>This is for the administrators of this portal. Ask one of them.</Text>
      )}
    </Page>
  )
}

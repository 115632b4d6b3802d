import { Anchor, Group, SimpleGrid } from '@mantine/core'
import type { ApiKeyWithSecret } from '@portal/contract'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { sessionQuery } from '../api/index.ts'
import { ButtonLink, Page, Section } from '../ui/index.ts'
import { FirstCompletion } from './first-completion.tsx'
import { FirstKey } from './first-key.tsx'

/** Where somebody begins: a key and a first answer, one click each. */
export function StartPage() {
  const { data: session } = useQuery(sessionQuery)
  const [created, setCreated] = useState<ApiKeyWithSecret | null>(null)
  const firstName = session?.user.name.split(' ')[0]
  return (
    <Page
      title={firstName ? `Hello, ${firstName}` : 'Hello'}
      description="One door to language models: ask one here, or from your own programs."
    >
      <FirstCompletion />
      <FirstKey created={created} onCreated={setCreated} />
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <Section title="Your API keys" description="Limits, addresses and expiry for each program.">
          <ButtonLink to="/keys" variant="default">
            See the keys
          </ButtonLink>
        </Section>
        <Section
          title="The API"
          description="Official OpenAI and Anthropic clients work with it as they are."
        >
          <Group gap="md">
            <ButtonLink to="/docs/$page" params={{ page: 'getting-started' }} variant="default">
              Read the guide
            </ButtonLink>
            <Anchor href="/api/openapi.json" target="_blank" rel="noreferrer" size="sm">
              OpenAPI (JSON)
            </Anchor>
          </Group>
        </Section>
      </SimpleGrid>
    </Page>
  )
}

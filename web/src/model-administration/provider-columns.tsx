import { Badge, Code, Stack, Text } from '@mantine/core'
import type { AdministeredProvider, ProviderState } from '@portal/contract'
import type { Column } from '../ui/index.ts'
import type { Act } from './actions.ts'
import { ProviderMenu } from './provider-menu.tsx'
import { SourceBadge } from './source-words.tsx'

/** The columns of the list of providers. */
export const providerColumns = (onAction: Act): Column<AdministeredProvider>[] => [
  { key: 'name', header: 'Name', render: (provider) => <Name provider={provider} /> },
  { key: 'state', header: 'State', render: (provider) => <State provider={provider} /> },
  {
    key: 'running',
    header: 'Running now',
    render: ({ running }) => <Text size="sm">{running.toLocaleString('en')}</Text>,
  },
  { key: 'key', header: 'API key', render: (provider) => <KeyEnd provider={provider} /> },
  { key: 'models', header: 'Used by', render: ({ models }) => <UsedBy models={models} /> },
  {
    key: 'menu',
    header: 'Actions',
    isHeaderHidden: true,
    align: 'right',
    render: (provider) => <ProviderMenu provider={provider} onAction={onAction} />,
  },
]

const kinds = { openai: 'OpenAI’s API', anthropic: 'Anthropic’s API' }

function Name({ provider }: { provider: AdministeredProvider }) {
  return (
    <Stack gap={2} maw="20rem" align="flex-start">
      <Text fw={600} size="sm" style={{ overflowWrap: 'anywhere' }}>
        {provider.name}
      </Text>
      <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
        {provider.baseUrl}
      </Text>
      <Text size="xs" c="dimmed">
        {kinds[provider.kind]}
      </Text>
      <SourceBadge {...provider} />
    </Stack>
  )
}

const states: Record<ProviderState, { label: string; color: string }> = {
  active: { label: 'Takes requests', color: 'pine' },
  draining: { label: 'Draining', color: 'yellow' },
  disabled: { label: 'Switched off', color: 'gray' },
}

function State({ provider: { state, running, problem } }: { provider: AdministeredProvider }) {
  if (problem) return <Problem words={problem} />
  const { label, color } = states[state]
  const isDrained = state === 'draining' && running === 0
  return (
    <Stack gap={2} align="flex-start">
      <Badge color={color}>{isDrained ? 'Drained' : label}</Badge>
      {state === 'draining' && (
        <Text size="xs" c="dimmed">
          {isDrained ? 'Nothing runs there any more.' : 'Ending what runs there.'}
        </Text>
      )}
    </Stack>
  )
}

/** What keeps something from being used; for a while where it is `isPaused`. */
export function Problem({ words, isPaused = false }: { words: string; isPaused?: boolean }) {
  return (
    <Stack gap={2} align="flex-start" maw="14rem">
      <Badge color={isPaused ? 'yellow' : 'red'}>{isPaused ? 'Paused' : 'Not usable'}</Badge>
      <Text size="xs" c="dimmed">
        {words}
      </Text>
    </Stack>
  )
}

function KeyEnd({ provider: { hasApiKey, apiKeyEnd } }: { provider: AdministeredProvider }) {
  if (hasApiKey) return <Code>…{apiKeyEnd}</Code>
  return (
    <Text size="sm" c="dimmed">
      None
    </Text>
  )
}

const shownMax = 3

function UsedBy({ models }: { models: readonly string[] }) {
  const more = models.length - shownMax
  return (
    <Stack gap={2} maw="14rem">
      {models.slice(0, shownMax).map((id) => (
        <Text key={id} size="sm" truncate>
          {id}
        </Text>
      ))}
      {more > 0 && (
        <Text size="xs" c="dimmed">
          and {more} more
        </Text>
      )}
      {models.length === 0 && (
        <Text size="sm" c="dimmed">
          No model
        </Text>
      )}
    </Stack>
  )
}

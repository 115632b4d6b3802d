import { Button, Group, Stack, Text, TextInput, ThemeIcon } from '@mantine/core'
import {
  type AdministeredProvider,
  modelAdministrationEndpoints as endpoints,
  type ProviderTest,
} from '@portal/contract'
import { IconCheck, IconX } from '@tabler/icons-react'
import { useMutation, useQuery } from '@tanstack/react-query'
import { type FormEvent, type ReactNode, useId, useState } from 'react'
import { call } from '../api/index.ts'
import { Dialog, FormError } from '../ui/index.ts'
import { administrationQueries } from './administration-queries.ts'
import { durationText } from './target-health.tsx'

type TestDialogProps = { provider: AdministeredProvider; onClose: () => void }

/** Calls a provider for real, and shows what came of it. */
export function TestDialog({ provider: { name }, onClose }: TestDialogProps) {
  const offered = useOfferedAt(name)
  const [typed, setTyped] = useState<string | null>(null)
  const listId = useId()
  const model = typed ?? offered[0] ?? ''
  const test = useMutation({
    mutationFn: () =>
      call(endpoints.testProvider, {
        params: { providerName: name },
        body: { model: model.trim() || null },
      }),
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    test.mutate()
  }
  const names = [...new Set([...offered, ...(test.data?.listing.models ?? [])])]
  return (
    <Dialog opened onClose={onClose} title={`Test ${name}`}>
      <form onSubmit={submit}>
        <Stack>
          <TextInput
            label="Model to ask"
            description="For one token, which its server may charge. Leave it empty to ask for the list of models only."
            list={listId}
            value={model}
            onChange={({ currentTarget: { value } }) => setTyped(value)}
            data-autofocus
          />
          <datalist id={listId}>
            {names.map((each) => (
              <option key={each} value={each} />
            ))}
          </datalist>
          <div aria-live="polite">
            {test.error && <FormError>{test.error.message}</FormError>}
            {test.data && !test.isPending && <Outcome test={test.data} />}
          </div>
          <Group justify="flex-end" gap="sm" mt={4}>
            <Button variant="default" onClick={onClose}>
              Done
            </Button>
            <Button type="submit" loading={test.isPending}>
              {test.data ? 'Test again' : 'Test now'}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  )
}

/** What models call theirs at the provider. */
function useOfferedAt(name: string): string[] {
  const { data } = useQuery(administrationQueries.models)
  const targets = data?.data.flatMap((each) => each.targets) ?? []
  return [...new Set(targets.flatMap(({ provider, model }) => (provider === name ? [model] : [])))]
}

function Outcome({ test: { listing, completion } }: { test: ProviderTest }) {
  return (
    <Stack gap="md">
      <Line latencyMs={listing.latencyMs} error={listing.error} title={listTitle(listing)}>
        {listing.models.length > 0 && namesText(listing.models)}
      </Line>
      {completion && (
        <Line
          latencyMs={completion.latencyMs}
          error={completion.error}
          title={completion.error ? `${completion.model} did not answer` : `${completion.model} answers`}
        />
      )}
    </Stack>
  )
}

function listTitle({ error, models }: ProviderTest['listing']): string {
  if (error) return 'It did not list its models'
  return models.length === 1 ? 'It lists 1 model' : `It lists ${models.length} models`
}

const namedMax = 8
const namesText = (models: readonly string[]): string =>
  models.slice(0, namedMax).join(', ') +
  (models.length > namedMax ? ` and ${models.length - namedMax} more` : '')

type LineProps = { title: string; latencyMs: number; error: string | null; children?: ReactNode }

function Line({ title, latencyMs, error, children }: LineProps) {
  return (
    <Group gap="sm" align="flex-start" wrap="nowrap">
      <ThemeIcon size={24} radius="xl" variant="light" color={error ? 'red' : 'pine'} aria-hidden>
        {error ? <IconX size={15} /> : <IconCheck size={15} />}
      </ThemeIcon>
      <Stack gap={2} style={{ minWidth: 0, overflowWrap: 'anywhere' }}>
        <Text size="sm" fw={600}>
          {title} · {durationText(latencyMs)}
        </Text>
        <Text size="sm" {...(!error && { c: 'dimmed' })}>
          {error ?? children}
        </Text>
      </Stack>
    </Group>
  )
}

import { Button } from '@mantine/core'
import type { AdministeredProvider } from '@portal/contract'
import { IconPlus, IconServer } from '@tabler/icons-react'
import { DataTable, EmptyState, Section } from '../ui/index.ts'
import type { Act } from './actions.ts'
import { providerColumns } from './provider-columns.tsx'

type ProviderSectionProps = { providers: readonly AdministeredProvider[]; isDemo: boolean; onAction: Act }

/** The providers, or how to come to the first. */
export function ProviderSection({ providers, isDemo, onAction }: ProviderSectionProps) {
  const add = (
    <Button
      leftSection={<IconPlus size={17} aria-hidden />}
      onClick={() => onAction({ kind: 'add-provider' })}
    >
      Add provider
    </Button>
  )
  if (providers.length === 0) {
    return (
      <EmptyState icon={<IconServer size={24} />} title="No provider yet" action={add}>
        {isDemo ? 'The built-in demo model answers until a real one is connected. ' : ''}
        Add a server that speaks OpenAI’s or Anthropic’s API, then the models it serves.
      </EmptyState>
    )
  }
  return (
    <Section title="Providers" description="Servers that models run on." actions={add}>
      <DataTable
        caption="Providers"
        columns={providerColumns(onAction)}
        rows={providers}
        keyOf={({ name }) => name}
      />
    </Section>
  )
}

import { Button } from '@mantine/core'
import type { AdministeredModel } from '@portal/contract'
import { IconPlus, IconSparkles } from '@tabler/icons-react'
import { DataTable, EmptyState, Section } from '../ui/index.ts'
import type { Act } from './actions.ts'
import { modelColumns } from './model-columns.tsx'

type ModelSectionProps = { models: readonly AdministeredModel[]; onAction: Act }

/** The models, or how to come to the first. */
export function ModelSection({ models, onAction }: ModelSectionProps) {
  const add = (
    <Button leftSection={<IconPlus size={17} aria-hidden />} onClick={() => onAction({ kind: 'add-model' })}>
      Add model
    </Button>
  )
  if (models.length === 0) {
    return (
      <EmptyState icon={<IconSparkles size={24} />} title="No model yet" action={add}>
        Say which model of a provider is offered, under which name and at what price.
      </EmptyState>
    )
  }
  return (
    <Section title="Models" description="What chats and API keys may call." actions={add}>
      <DataTable caption="Models" columns={modelColumns(onAction)} rows={models} keyOf={({ id }) => id} />
    </Section>
  )
}

import { Badge, Stack, Text } from '@mantine/core'
import type { AdministeredModel } from '@portal/contract'
import type { Column } from '../ui/index.ts'
import type { Act } from './actions.ts'
import { ModelMenu } from './model-menu.tsx'
import { Problem } from './provider-columns.tsx'
import { SourceBadge } from './source-words.tsx'
import { TargetHealth } from './target-health.tsx'

/** The columns of the list of models. */
export const modelColumns = (onAction: Act): Column<AdministeredModel>[] => [
  { key: 'id', header: 'Model', render: (model) => <Name model={model} /> },
  { key: 'state', header: 'State', render: (model) => <State model={model} /> },
  { key: 'targets', header: 'Targets, last 5 minutes', render: (model) => <Targets model={model} /> },
  { key: 'price', header: 'Per million tokens', render: ({ price }) => <Price price={price} /> },
  {
    key: 'menu',
    header: 'Actions',
    isHeaderHidden: true,
    align: 'right',
    render: (model) => <ModelMenu model={model} onAction={onAction} />,
  },
]

function Name({ model }: { model: AdministeredModel }) {
  return (
    <Stack gap={2} maw="18rem" align="flex-start">
      <Text fw={600} size="sm" style={{ overflowWrap: 'anywhere' }}>
        {model.displayName ?? model.id}
      </Text>
      {model.displayName && (
        <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
          {model.id}
        </Text>
      )}
      <SourceBadge {...model} />
    </Stack>
  )
}

function State({ model: { enabled, hidden, problem, targets } }: { model: AdministeredModel }) {
  if (!enabled) return <Badge color="gray">Switched off</Badge>
  const isPaused = targets.some(({ state }) => state === 'draining')
  if (problem) return <Problem words={problem} isPaused={isPaused} />
  return hidden ? <Badge color="yellow">Hidden</Badge> : <Badge color="pine">Offered</Badge>
}

function Targets({ model: { targets } }: { model: AdministeredModel }) {
  const weights = targets.reduce((sum, { weight }) => sum + weight, 0)
  return (
    <Stack gap="xs">
      {targets.map((target, at) => (
        <TargetHealth
          // biome-ignore lint/suspicious/noArrayIndexKey: the same target may stand there twice
          key={at}
          target={target}
          share={targets.length > 1 ? target.weight / weights : null}
        />
      ))}
    </Stack>
  )
}

const dollars = new Intl.NumberFormat('en', { style: 'currency', currency: 'USD', maximumFractionDigits: 6 })
const inDollars = (microusd: number): string => dollars.format(microusd / 1_000_000)

function Price({ price }: Pick<AdministeredModel, 'price'>) {
  if (!price) {
    return (
      <Text size="sm" c="dimmed">
        Not known
      </Text>
    )
  }
  const { inputMicrousdPerMillion: input, outputMicrousdPerMillion: output } = price
  const cached = price.cachedInputMicrousdPerMillion
  return (
    <Stack gap={0}>
      <Text size="sm">{inDollars(input)} in</Text>
      {cached !== undefined && <Text size="sm">{inDollars(cached)} cached</Text>}
      <Text size="sm">{inDollars(output)} out</Text>
    </Stack>
  )
}

import { ActionIcon, NativeSelect } from '@mantine/core'
import type { ChatSession } from '@portal/contract'
import { IconAdjustmentsHorizontal } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useState } from 'react'
import { modelsQuery } from '../api/index.ts'

/** Who answers in a chat, and how. */
export type Settings = Pick<ChatSession, 'model' | 'instructions' | 'temperature'>

export type SettingsProps = {
  settings: Settings
  onChange: (changes: Partial<Settings>) => void
  /** The same for what somebody typed: resolves once it is kept. */
  onKeep: (changes: Partial<Settings>) => Promise<unknown>
}

const InstructionsDialog = lazy(() =>
  import('./instructions-dialog.tsx').then(({ InstructionsDialog }) => ({ default: InstructionsDialog })),
)

/** The model of a chat, and the way to its instructions. */
export function ChatSettings({ settings, onChange, onKeep }: SettingsProps) {
  const [isOpen, setOpen] = useState(false)
  return (
    <>
      <ModelSelect settings={settings} onChange={onChange} />
      <ActionIcon
        variant={settings.instructions || settings.temperature !== null ? 'light' : 'subtle'}
        color={settings.instructions || settings.temperature !== null ? 'pine' : 'gray'}
        size="lg"
        aria-label="Instructions and temperature"
        aria-haspopup="dialog"
        onClick={() => setOpen(true)}
      >
        <IconAdjustmentsHorizontal size={18} aria-hidden />
      </ActionIcon>
      {isOpen && (
        <Suspense>
          <InstructionsDialog settings={settings} onKeep={onKeep} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  )
}

function ModelSelect({ settings: { model }, onChange }: Omit<SettingsProps, 'onKeep'>) {
  const { data = [] } = useQuery(modelsQuery)
  const choices = data.map(({ id, display_name: label }) => ({ value: id, label }))
  const isOffered = model === null || choices.some(({ value }) => value === model)
  // One that is no longer offered is shown as what it is: answers fail until another is chosen.
  const offered = isOffered ? choices : [{ value: model, label: model }, ...choices]
  return (
    <NativeSelect
      aria-label="Model"
      size="xs"
      data={offered}
      value={model ?? data[0]?.id ?? ''}
      onChange={(event) => onChange({ model: event.currentTarget.value })}
      miw={0}
    />
  )
}

import { Textarea, TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { DialogForm, useTellWhenGone } from '../ui/index.ts'
import type { SettingsProps } from './chat-settings.tsx'

type InstructionsDialogProps = Pick<SettingsProps, 'settings' | 'onKeep'> & { onClose: () => void }

/** What the model is told before the conversation, and how freely it answers. */
export function InstructionsDialog({ settings, onKeep, onClose }: InstructionsDialogProps) {
  const [instructions, setInstructions] = useState(settings.instructions ?? '')
  const [temperature, setTemperature] = useState(settings.temperature?.toString() ?? '')
  const degrees = temperature.trim() === '' ? null : Number(temperature)
  const { mutate, isPending, error } = useMutation({
    mutationFn: onKeep,
    onSuccess: onClose,
    onError: useTellWhenGone(),
  })
  const isFitting = degrees === null || (degrees >= 0 && degrees <= 2)
  return (
    <DialogForm
      title="Instructions and temperature"
      action="Save"
      isReady={isFitting}
      isBusy={isPending}
      error={error}
      onClose={onClose}
      onSubmit={() => mutate({ instructions: instructions.trim() || null, temperature: degrees })}
    >
      <Textarea
        label="Instructions"
        description="The model is told this before the conversation, in this chat alone."
        value={instructions}
        onChange={(event) => setInstructions(event.currentTarget.value)}
        maxLength={32_000}
        autosize
        minRows={4}
        maxRows={12}
        data-autofocus
      />
      <TextInput
        label="Temperature"
        description="From 0, where answers vary least, to 2. Empty is the model’s own."
        type="number"
        min={0}
        max={2}
        step={0.1}
        value={temperature}
        onChange={(event) => setTemperature(event.currentTarget.value)}
        error={!isFitting && 'Write a number from 0 to 2, or nothing.'}
      />
    </DialogForm>
  )
}

// Dialogs about a key's secret: giving it a new one, and showing one the only time.
import { Group, Radio, Stack, Text } from '@mantine/core'
import { type ApiKey, type ApiKeyWithSecret, keyEndpoints } from '@portal/contract'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { call, curlCommand, keyQueries, modelsQuery } from '../api/index.ts'
import { CopyBlock, CopyButton, DialogForm, dayText, ShownOnce, useChange } from '../ui/index.ts'

const graces = [
  { seconds: 0, label: 'Now', description: 'The old secret stops at once. Right when it has leaked.' },
  { seconds: 60, label: 'In 1 minute', description: null },
  { seconds: 3600, label: 'In 1 hour', description: null },
  { seconds: 86_400, label: 'In 24 hours', description: 'Time to put the new secret everywhere.' },
] as const
type Grace = (typeof graces)[number]['seconds']

type RegenerateDialogProps = {
  apiKey: ApiKey
  onRegenerated: (key: ApiKeyWithSecret) => void
  onClose: () => void
}

/** Gives a key a new secret, and says when the old one ends. */
export function RegenerateDialog({ apiKey, onRegenerated, onClose }: RegenerateDialogProps) {
  const [grace, setGrace] = useState<Grace>(0)
  const { mutate, isPending, error } = useChange({
    rereads: [keyQueries.all],
    change: (graceSeconds: Grace) =>
      call(keyEndpoints.regenerate, { params: { keyId: apiKey.id }, body: { graceSeconds } }),
    onDone: onRegenerated,
  })
  return (
    <DialogForm
      title={`Regenerate ${apiKey.name}`}
      action="Regenerate"
      isBusy={isPending}
      error={error}
      onSubmit={() => mutate(grace)}
      onClose={onClose}
    >
      <Text size="sm">The key gets a new secret and keeps its settings, limits and usage.</Text>
      <Radio.Group
        label="The old secret stops"
        value={String(grace)}
        onChange={(value) => setGrace(Number(value) as Grace)}
      >
        <Stack gap="xs" mt={6}>
          {graces.map(({ seconds, label, description }) => (
            <Radio key={seconds} value={String(seconds)} label={label} description={description} />
          ))}
        </Stack>
      </Radio.Group>
    </DialogForm>
  )
}

/** Shows the secret of a key that was just made or regenerated. */
export function KeySecret({ created, onClose }: { created: ApiKeyWithSecret; onClose: () => void }) {
  const { data: models } = useQuery(modelsQuery)
  const model = models?.[0]?.id
  return (
    <ShownOnce
      title="Your API key"
      size="lg"
      advice="Copy it now and keep it where only your program can read it. It is not shown again."
      saved="I have saved it"
      onClose={onClose}
    >
      <CopyBlock text={created.key} label="Copy the key" />
      {created.oldKeyValidUntil && (
        <Text size="sm">The old secret works until {timeText(created.oldKeyValidUntil)}.</Text>
      )}
      {model && created.access !== 'read' && (
        <Group>
          <CopyButton
            text={curlCommand({ origin: location.origin, key: created.key, model })}
            label="Copy a curl command"
          />
          <Text size="sm" c="dimmed">
            Sends a first message with it.
          </Text>
        </Group>
      )}
    </ShownOnce>
  )
}

const timeText = (instant: string): string =>
  `${new Date(instant).toLocaleTimeString('en', { timeStyle: 'short' })} on ${dayText(instant)}`

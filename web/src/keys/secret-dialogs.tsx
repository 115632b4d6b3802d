// Dialogs about a key's secret: giving it a new one, and showing one the only time.
import { Button, Group, Radio, Stack, Text } from '@mantine/core'
import { type ApiKey, type ApiKeyWithSecret, keyEndpoints } from '@portal/contract'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { call, curlCommand, modelsQuery } from '../api/index.ts'
import { CopyButton, Dialog, dayText, FormError, SecretReveal } from '../ui/index.ts'
import { useKeyChange } from './key-changes.ts'

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
  const { mutate, isPending, error } = useKeyChange({
    change: (graceSeconds: Grace) =>
      call(keyEndpoints.regenerate, { params: { keyId: apiKey.id }, body: { graceSeconds } }),
    onDone: onRegenerated,
  })
  return (
    <Dialog opened onClose={onClose} title={`Regenerate ${apiKey.name}`}>
      <Stack>
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
        {error && <FormError>{error.message}</FormError>}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button loading={isPending} onClick={() => mutate(grace)}>
            Regenerate
          </Button>
        </Group>
      </Stack>
    </Dialog>
  )
}

/** Shows the secret of a key that was just made or regenerated. */
export function KeySecret({ created, onClose }: { created: ApiKeyWithSecret | null; onClose: () => void }) {
  const { data: models } = useQuery(modelsQuery)
  const model = models?.[0]?.id
  return (
    <SecretReveal title="Your API key" secret={created?.key ?? null} label="Copy the key" onClose={onClose}>
      {created?.oldKeyValidUntil && (
        <Text size="sm">The old secret works until {timeText(created.oldKeyValidUntil)}.</Text>
      )}
      {created && model && created.access !== 'read' && (
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
    </SecretReveal>
  )
}

const timeText = (instant: string): string =>
  `${new Date(instant).toLocaleTimeString('en', { timeStyle: 'short' })} on ${dayText(instant)}`

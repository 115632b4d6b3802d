// Dialogs about a webhook: making and changing one, and its secret, which is shown once.
import { Checkbox, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { type Webhook, WebhookEventType, type WebhookWithSecret, webhookEndpoints } from '@portal/contract'
import { call, fieldErrors } from '../api/index.ts'
import { CopyBlock, Dialog, DialogActions, ShownOnce, useChange } from '../ui/index.ts'
import { alertQueries } from './alert-queries.ts'

const eventWords: Record<WebhookEventType, string> = {
  'alert.triggered': 'An alert fired',
  'alert.resolved': 'An alert is resolved',
  'alert.test': 'An alert was tested',
}

type WebhookDialogProps = {
  /** The one that is changed; null makes one. */
  webhook: Webhook | null
  onCreated: (webhook: WebhookWithSecret) => void
  onClose: () => void
}

/** Makes a webhook, or changes one. */
export function WebhookDialog({ webhook, onCreated, onClose }: WebhookDialogProps) {
  const { url = '', description = '', events = WebhookEventType.options } = webhook ?? {}
  const form = useForm({
    mode: 'controlled',
    initialValues: { url, description, events: [...events] },
    validate: {
      url: (text) =>
        URL.canParse(text.trim()) ? null : 'Enter an address such as https://example.com/hook.',
      events: (chosen) => (chosen.length > 0 ? null : 'Choose at least one.'),
    },
  })
  const { mutate, isPending, error } = useChange({
    rereads: [alertQueries.all],
    change: async (body: typeof form.values): Promise<WebhookWithSecret | null> => {
      if (!webhook) return call(webhookEndpoints.create, { body })
      await call(webhookEndpoints.update, { params: { webhookId: webhook.id }, body })
      return null
    },
    onDone: (created) => (created ? onCreated(created) : onClose()),
  })
  const onError = (failure: Error) => form.setErrors(fieldErrors(failure))
  return (
    <Dialog
      opened
      onClose={onClose}
      title={webhook ? 'Edit the webhook' : 'Add a webhook'}
      closeOnClickOutside={false}
    >
      <form onSubmit={form.onSubmit((values) => mutate(values, { onError }))} noValidate>
        <Stack>
          <TextInput
            label="Address"
            description="Where events are posted to."
            placeholder="https://example.com/hook"
            type="url"
            required
            data-autofocus
            {...form.getInputProps('url')}
          />
          <TextInput
            label="Description"
            description="What it is for."
            maxLength={100}
            {...form.getInputProps('description')}
          />
          <Checkbox.Group label="Events" {...form.getInputProps('events')}>
            <Stack gap="xs" mt={6}>
              {WebhookEventType.options.map((each) => (
                <Checkbox key={each} value={each} label={eventWords[each]} />
              ))}
            </Stack>
          </Checkbox.Group>
          <DialogActions
            action={webhook ? 'Save' : 'Add the webhook'}
            isBusy={isPending}
            error={error}
            onClose={onClose}
          />
        </Stack>
      </form>
    </Dialog>
  )
}

/** The secret that signs a webhook's events, the only time. */
export function WebhookSecret({ webhook, onClose }: { webhook: WebhookWithSecret; onClose: () => void }) {
  return (
    <ShownOnce
      title="The secret of this webhook"
      advice="Your program verifies with it that events are ours. Keep it where only that program can read it: it is shown this once."
      saved="I have stored the secret"
      onClose={onClose}
    >
      <CopyBlock text={webhook.secret} label="Copy the secret" />
    </ShownOnce>
  )
}

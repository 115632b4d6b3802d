import { Badge, Button, Group, Alert as Notice, Text } from '@mantine/core'
import { type Webhook, type WebhookWithSecret, webhookEndpoints } from '@portal/contract'
import { IconAlertTriangle } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { call } from '../api/index.ts'
import { ConfirmDialog, Loaded, LoadMore, notifyDone, notifyFailed, Section, useChange } from '../ui/index.ts'
import { alertQueries } from './alert-queries.ts'
import { DeliveryList } from './delivery-list.tsx'

type WebhookCardProps = {
  webhook: Webhook
  onEdit: (webhook: Webhook) => void
  onSecret: (webhook: WebhookWithSecret) => void
}

const rereads = [alertQueries.all]

/** One webhook: how it fares, what can be done with it, and what was sent to it. */
export function WebhookCard({ webhook, onEdit, onSecret }: WebhookCardProps) {
  const { id, url, description, events, enabled } = webhook
  const [isOpen, setOpen] = useState(false)
  return (
    <Section
      title={description || new URL(url).host}
      description={<span style={{ overflowWrap: 'anywhere' }}>{url}</span>}
      actions={<Badge color={enabled ? 'pine' : 'gray'}>{enabled ? 'On' : 'Off'}</Badge>}
    >
      <Fate webhook={webhook} />
      <Text size="sm" c="dimmed" mb="sm">
        {events.join(', ')}
      </Text>
      <Group gap="xs">
        <Actions webhook={webhook} onEdit={onEdit} onSecret={onSecret} />
        <Button size="compact-sm" variant="default" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          {isOpen ? 'Hide what was sent' : 'What was sent'}
        </Button>
      </Group>
      {isOpen && <Sent webhookId={id} />}
    </Section>
  )
}

/** What somebody ought to know of it. */
function Fate({ webhook: { disabledReason, failingSince, oldSecretValidUntil } }: { webhook: Webhook }) {
  const instant = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short' })
  if (disabledReason)
    return (
      <Notice color="red" variant="light" icon={<IconAlertTriangle aria-hidden />} mb="sm">
        The portal turned this webhook off. {disabledReason}
      </Notice>
    )
  return (
    <>
      {failingSince && (
        <Notice color="yellow" variant="light" icon={<IconAlertTriangle aria-hidden />} mb="sm">
          Nothing has reached it since {instant.format(new Date(failingSince))}. After three days it is turned
          off.
        </Notice>
      )}
      {oldSecretValidUntil && (
        <Text size="sm" mb="sm">
          Both secrets sign until {instant.format(new Date(oldSecretValidUntil))}.
        </Text>
      )}
    </>
  )
}

function Actions({ webhook, onEdit, onSecret }: WebhookCardProps) {
  const params = { webhookId: webhook.id }
  const [isRotating, setRotating] = useState(false)
  const ping = useChange({
    rereads,
    change: () => call(webhookEndpoints.ping, { params }),
    done: 'The ping is on its way.',
  })
  const turn = useChange({
    rereads,
    change: () => call(webhookEndpoints.update, { params, body: { enabled: !webhook.enabled } }),
  })
  const rotate = useChange({
    rereads,
    change: () => call(webhookEndpoints.rotateSecret, { params }),
    onDone: (rotated) => {
      setRotating(false)
      onSecret(rotated)
    },
  })
  const restore = useChange({ rereads, change: () => call(webhookEndpoints.restore, { params }) })
  const remove = useChange({
    rereads,
    change: () => call(webhookEndpoints.remove, { params }),
    onDone: () =>
      notifyDone('The webhook is deleted.', {
        label: 'Undo',
        run: () => restore.mutate(undefined, { onError: notifyFailed }),
      }),
  })
  const button = (label: string, run: () => void, isBusy = false) => (
    <Button size="compact-sm" variant="default" loading={isBusy} onClick={run}>
      {label}
    </Button>
  )
  const now = (of: { mutate: (given: undefined, on: object) => void }) => () =>
    of.mutate(undefined, { onError: notifyFailed })
  return (
    <>
      {button('Edit', () => onEdit(webhook))}
      {webhook.enabled && button('Ping', now(ping), ping.isPending)}
      {button('New secret', () => setRotating(true))}
      {button(webhook.enabled ? 'Turn off' : 'Turn on', now(turn), turn.isPending)}
      {button('Delete', now(remove), remove.isPending)}
      <ConfirmDialog
        opened={isRotating}
        title="Make a new secret"
        action="Make a new secret"
        isBusy={rotate.isPending}
        error={rotate.error}
        onConfirm={() => rotate.mutate()}
        onClose={() => setRotating(false)}
      >
        For 24 hours events are signed with both secrets; then the old one ends.
      </ConfirmDialog>
    </>
  )
}

function Sent({ webhookId }: { webhookId: string }) {
  const sent = useInfiniteQuery(alertQueries.deliveriesOf(webhookId))
  return (
    <>
      <Loaded query={sent} what="what was sent" rows={2}>
        {({ pages }) => {
          const deliveries = pages.flatMap((page) => page.data)
          if (deliveries.length > 0)
            return <DeliveryList deliveries={deliveries} label="What was sent" showsEvent />
          return (
            <Text size="sm" c="dimmed" mt="sm">
              Nothing was sent within the last 30 days.
            </Text>
          )
        }}
      </Loaded>
      <LoadMore query={sent} />
    </>
  )
}

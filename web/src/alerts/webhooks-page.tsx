import { Button, Group, Stack } from '@mantine/core'
import type { Webhook, WebhookWithSecret } from '@portal/contract'
import { IconLock, IconPlus, IconWebhook } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useState } from 'react'
import { EmptyState, Loaded, useShortcut } from '../ui/index.ts'
import { alertQueries } from './alert-queries.ts'
import { WebhookCard } from './webhook-card.tsx'

const dialogs = () => import('./webhook-dialogs.tsx')
const WebhookDialog = lazy(() => dialogs().then(({ WebhookDialog }) => ({ default: WebhookDialog })))
const WebhookSecret = lazy(() => dialogs().then(({ WebhookSecret }) => ({ default: WebhookSecret })))

/** Addresses that are told of events, signed. */
export function WebhooksPage() {
  const webhooks = useQuery(alertQueries.webhooks)
  const [edited, setEdited] = useState<Webhook | 'new' | null>(null)
  const [created, setCreated] = useState<WebhookWithSecret | null>(null)
  const showSecret = (webhook: WebhookWithSecret) => {
    setEdited(null)
    setCreated(webhook)
  }
  return (
    <>
      <Loaded query={webhooks} what="your webhooks" rows={3}>
        {({ data, mayManage }) => {
          if (!mayManage) return <NotForYou />
          const add = <AddButton onAdd={() => setEdited('new')} />
          if (data.length === 0) return <NoWebhooks action={add} />
          return (
            <Stack>
              <Group justify="flex-end">{add}</Group>
              {data.map((each) => (
                <WebhookCard key={each.id} webhook={each} onEdit={setEdited} onSecret={showSecret} />
              ))}
            </Stack>
          )
        }}
      </Loaded>
      <Suspense>
        {edited && (
          <WebhookDialog
            webhook={edited === 'new' ? null : edited}
            onCreated={showSecret}
            onClose={() => setEdited(null)}
          />
        )}
        {created && <WebhookSecret webhook={created} onClose={() => setCreated(null)} />}
      </Suspense>
    </>
  )
}

function AddButton({ onAdd }: { onAdd: () => void }) {
  useShortcut({ keys: 'n', label: 'Add a webhook', group: 'Webhooks' }, onAdd)
  return (
    <Button leftSection={<IconPlus size={17} aria-hidden />} onClick={onAdd}>
      Add a webhook
    </Button>
  )
}

function NoWebhooks({ action }: { action: React.ReactNode }) {
  return (
    <EmptyState icon={<IconWebhook size={24} />} title="No webhooks" action={action}>
      A webhook has events posted to an address of yours, signed, so that your programs can act on them.
      Alerts name the webhooks they tell.
    </EmptyState>
  )
}

function NotForYou() {
  return (
    <EmptyState icon={<IconLock size={24} />} title="For owners, admins and billing">
      Webhooks have other programs told of what happens in this organisation.
    </EmptyState>
  )
}

import { Badge, Button, Group, Stack, Text } from '@mantine/core'
import { type Delivery, deliveryEndpoints } from '@portal/contract'
import { useState } from 'react'
import { call } from '../api/index.ts'
import { notifyFailed, RelativeTime, useChange } from '../ui/index.ts'
import { alertQueries } from './alert-queries.ts'
import { channelWords, deliveryStatus } from './alert-words.ts'
import classes from './alerts.module.css'
import { DeliveryDialog } from './delivery-dialog.tsx'

type DeliveryListProps = { deliveries: readonly Delivery[]; label: string; showsEvent?: boolean }

/** Who was told, and what became of it. */
export function DeliveryList({ deliveries, label, showsEvent = false }: DeliveryListProps) {
  const [shown, setShown] = useState<Delivery | null>(null)
  return (
    <>
      <ul aria-label={label} className={classes.told}>
        {deliveries.map((each) => (
          <li key={each.id} className={classes.delivery}>
            <Told delivery={each} showsEvent={showsEvent} onShow={() => setShown(each)} />
          </li>
        ))}
      </ul>
      {shown && <DeliveryDialog delivery={shown} onClose={() => setShown(null)} />}
    </>
  )
}

/** What is tried within a minute is tried soon. */
const isFarOff = (instant: string): boolean => Date.parse(instant) - Date.now() > 60_000

type ToldProps = { delivery: Delivery; showsEvent: boolean; onShow: () => void }

function Told({ delivery, showsEvent, onShow }: ToldProps) {
  const { channel, event, destination, lastError, nextAttemptAt, attempts, createdAt } = delivery
  const { label, color } = deliveryStatus(delivery)
  return (
    <Group justify="space-between" gap="xs">
      <Stack gap={2} className={classes.destination} flex="1 1 16rem">
        <Group gap="xs">
          <Text size="sm" fw={600}>
            {showsEvent ? event : channelWords[channel]}
          </Text>
          <Badge color={color}>{label}</Badge>
        </Group>
        <Text size="xs" c="dimmed">
          {showsEvent ? <RelativeTime instant={createdAt} /> : destination}
          {attempts > 1 && ` · ${attempts} tries`}
          {nextAttemptAt && isFarOff(nextAttemptAt) && (
            <>
              {' '}
              · next <RelativeTime instant={nextAttemptAt} />
            </>
          )}
        </Text>
        {lastError && (
          <Text size="xs" c="var(--mantine-color-error)">
            {lastError}
          </Text>
        )}
      </Stack>
      <Group gap="xs">
        {channel !== 'mail' && (
          <Button size="compact-sm" variant="default" onClick={onShow}>
            Details
          </Button>
        )}
        <Again delivery={delivery} />
      </Group>
    </Group>
  )
}

function Again({ delivery: { id } }: { delivery: Delivery }) {
  const { mutate, isPending } = useChange({
    rereads: [alertQueries.all],
    change: () => call(deliveryEndpoints.redeliver, { params: { deliveryId: id } }),
    done: 'It is sent once more.',
  })
  return (
    <Button
      size="compact-sm"
      variant="default"
      loading={isPending}
      onClick={() => mutate(undefined, { onError: notifyFailed })}
    >
      Send again
    </Button>
  )
}

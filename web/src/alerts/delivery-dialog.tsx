import { Stack, Text, Title } from '@mantine/core'
import type { Delivery } from '@portal/contract'
import { useQuery } from '@tanstack/react-query'
import { CopyBlock, Dialog, Loaded } from '../ui/index.ts'
import { alertQueries } from './alert-queries.ts'

/** What was sent, and how it was answered. */
export function DeliveryDialog({ delivery, onClose }: { delivery: Delivery; onClose: () => void }) {
  const whole = useQuery(alertQueries.delivery(delivery.id))
  return (
    <Dialog opened onClose={onClose} title={delivery.event} size="lg">
      <Loaded query={whole} what="this delivery">
        {({ destination, body, response, lastStatus, lastError }) => (
          <Stack>
            <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
              To {destination}
            </Text>
            <Part title="Sent" text={body ? pretty(body) : ''} />
            <Part title={lastStatus ? `Answered with ${lastStatus}` : 'Not answered'} text={response ?? ''} />
            {lastError && (
              <Text size="sm" c="var(--mantine-color-error)">
                {lastError}
              </Text>
            )}
          </Stack>
        )}
      </Loaded>
    </Dialog>
  )
}

function Part({ title, text }: { title: string; text: string }) {
  return (
    <Stack gap={4}>
      <Title order={3} size="sm">
        {title}
      </Title>
      {text ? (
        <CopyBlock text={text} label={`Copy: ${title}`} />
      ) : (
        <Text size="sm" c="dimmed">
          Nothing.
        </Text>
      )}
    </Stack>
  )
}

const pretty = (json: string): string => JSON.stringify(JSON.parse(json), null, 2)

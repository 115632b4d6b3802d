import { Group, Text } from '@mantine/core'
import type { UsageToday } from '@portal/contract'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { sessionQuery } from '../api/index.ts'
import { Section } from '../ui/index.ts'
import { countText, moneyText, timezone } from './figures.ts'
import { listenToToday } from './live-today.ts'
import classes from './usage.module.css'
import { usageLiveUrl } from './usage-queries.ts'

/** What was used today, as it changes. */
export function Today() {
  const { data: session } = useQuery(sessionQuery)
  const { today, isLive } = useToday(session?.organisation.id)
  return (
    <Section
      title="Today"
      actions={
        <Group gap={6} role="status">
          <span className={classes.dot} data-live={isLive} aria-hidden />
          <Text size="xs" c="dimmed">
            {isLive ? 'Live' : 'Not live'}
          </Text>
        </Group>
      }
    >
      <dl className={classes.todays}>
        <Amount name="Requests" value={countText(today?.requests ?? null)} />
        <Amount name="Tokens" value={countText(today?.tokens ?? null)} />
        <Amount name="Cost" value={moneyText(today?.cost ?? null)} />
        <Amount name="Errors" value={countText(today?.errors ?? null)} />
      </dl>
    </Section>
  )
}

const Amount = ({ name, value }: { name: string; value: string }) => (
  <div>
    <Text component="dt" size="xs" c="dimmed">
      {name}
    </Text>
    <dd className={classes.amount}>{value}</dd>
  </div>
)

/** Anew for another organisation: what the one before used is not shown under its name. */
function useToday(organisationId: string | undefined) {
  const [today, setToday] = useState<UsageToday | null>(null)
  const [isLive, setLive] = useState(false)
  useEffect(() => {
    if (organisationId === undefined) return
    setToday(null)
    return listenToToday({ url: usageLiveUrl(timezone), onToday: setToday, onLive: setLive })
  }, [organisationId])
  return { today, isLive }
}

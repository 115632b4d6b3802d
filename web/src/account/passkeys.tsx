import { Badge, Button, Group, Stack, Text } from '@mantine/core'
import type { Passkey } from '@portal/contract'
import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useState } from 'react'
import { Loaded, RelativeTime, Section } from '../ui/index.ts'
import type { PasskeyAction } from './passkey-dialogs.tsx'
import { passkeyQuery } from './passkey-query.ts'
import classes from './rows.module.css'

const PasskeyDialogs = lazy(() =>
  import('./passkey-dialogs.tsx').then(({ PasskeyDialogs }) => ({ default: PasskeyDialogs })),
)

/** The passkeys somebody has: to add one, name one anew, and remove one. */
export function Passkeys({ hasPassword }: { hasPassword: boolean }) {
  const passkeys = useQuery(passkeyQuery)
  const [action, setAction] = useState<PasskeyAction | null>(null)
  return (
    <Section
      title="Passkeys"
      description="Sign in with your fingerprint, face or PIN, or with a security key. No password is typed."
      actions={
        <Button variant="default" onClick={() => setAction({ kind: 'add' })}>
          Add a passkey
        </Button>
      }
    >
      <Loaded query={passkeys} what="your passkeys" rows={1}>
        {(all) => <PasskeyList passkeys={all} onAction={setAction} />}
      </Loaded>
      {action && (
        <Suspense>
          <PasskeyDialogs action={action} hasPassword={hasPassword} onClose={() => setAction(null)} />
        </Suspense>
      )}
    </Section>
  )
}

type PasskeyListProps = { passkeys: readonly Passkey[]; onAction: (action: PasskeyAction) => void }

function PasskeyList({ passkeys, onAction }: PasskeyListProps) {
  if (passkeys.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        You have none yet.
      </Text>
    )
  }
  return (
    <ul className={classes.rows}>
      {passkeys.map((passkey) => (
        <li key={passkey.id} className={classes.row}>
          <About passkey={passkey} />
          <Group gap="xs">
            <Button variant="default" size="xs" onClick={() => onAction({ kind: 'rename', passkey })}>
              Rename
            </Button>
            <Button variant="default" size="xs" onClick={() => onAction({ kind: 'remove', passkey })}>
              Remove
            </Button>
          </Group>
        </li>
      ))}
    </ul>
  )
}

function About({ passkey: { name, rpId, synced, createdAt, lastUsedAt } }: { passkey: Passkey }) {
  const isElsewhere = rpId !== location.hostname && !location.hostname.endsWith(`.${rpId}`)
  return (
    <Stack gap={2}>
      <Group gap="xs">
        <Text fw={600} size="sm" style={{ overflowWrap: 'anywhere' }}>
          {name}
        </Text>
        {isElsewhere && <Badge color="gray">Works at {rpId} only</Badge>}
      </Group>
      <Text size="sm" c="dimmed" component="div">
        {synced ? 'On all your devices' : 'On one device'} · added <RelativeTime instant={createdAt} />
        {lastUsedAt ? (
          <>
            {' '}
            · last used <RelativeTime instant={lastUsedAt} />
          </>
        ) : (
          ' · not used yet'
        )}
      </Text>
    </Stack>
  )
}

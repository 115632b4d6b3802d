import { Badge, Button, Group, Stack, Text } from '@mantine/core'
import { authEndpoints, type Session } from '@portal/contract'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { call, userQueries } from '../api/index.ts'
import {
  ConfirmDialog,
  deviceName,
  Loaded,
  notifyFailed,
  RelativeTime,
  Section,
  useChange,
} from '../ui/index.ts'
import classes from './rows.module.css'

/** The devices somebody is signed in on, and how to sign them out. */
export function SessionsPage() {
  const devices = useQuery(userQueries.devices)
  return (
    <Section
      title="Devices"
      description="Where you are signed in. Sign out whatever you do not know, then change your password."
    >
      <Loaded query={devices} what="your devices" rows={3}>
        {(sessions) => <Devices sessions={sessions} />}
      </Loaded>
    </Section>
  )
}

function Devices({ sessions }: { sessions: readonly Session[] }) {
  const { mutate: end } = useChange({
    rereads: [userQueries.devices.queryKey],
    change: (id: string) => call(authEndpoints.revokeSession, { body: { id } }),
    done: 'The device is signed out.',
  })
  const others = sessions.filter(({ current }) => !current).length
  return (
    <Stack>
      <ul className={classes.rows}>
        {sessions.map((session) => (
          <li key={session.id} className={classes.row}>
            <Device session={session} />
            {!session.current && (
              <Button variant="default" size="xs" onClick={() => end(session.id, { onError: notifyFailed })}>
                Sign out
              </Button>
            )}
          </li>
        ))}
      </ul>
      {others > 0 ? (
        <EndOthers />
      ) : (
        <Text size="sm" c="dimmed">
          You are signed in nowhere else.
        </Text>
      )}
    </Stack>
  )
}

const methods = { password: 'Password', google: 'Google', github: 'GitHub', passkey: 'Passkey' }

function Device({ session }: { session: Session }) {
  return (
    <Stack gap={2}>
      <Group gap="xs">
        <Text fw={600} size="sm">
          {deviceName(session.userAgent)}
        </Text>
        {session.current && <Badge>This device</Badge>}
      </Group>
      <Text size="sm" c="dimmed" component="div">
        {session.ipAddress} · {methods[session.method]} · last used{' '}
        <RelativeTime instant={session.lastSeenAt} />
      </Text>
    </Stack>
  )
}

function EndOthers() {
  const [isAsking, setAsking] = useState(false)
  const { mutate, isPending, error } = useChange({
    rereads: [userQueries.devices.queryKey],
    change: () => call(authEndpoints.revokeOtherSessions, {}),
    done: 'Every other device is signed out.',
    onDone: () => setAsking(false),
  })
  return (
    <Group>
      <Button variant="default" onClick={() => setAsking(true)}>
        Sign out every other device
      </Button>
      <ConfirmDialog
        opened={isAsking}
        title="Sign out every other device"
        action="Sign them out"
        isBusy={isPending}
        error={error}
        onConfirm={() => mutate()}
        onClose={() => setAsking(false)}
      >
        Each has to sign in again. This device stays signed in.
      </ConfirmDialog>
    </Group>
  )
}

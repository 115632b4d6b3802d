import '@mantine/notifications/styles.layer.css'
import { Button, Group } from '@mantine/core'
import { Notifications, notifications } from '@mantine/notifications'
import { IconAlertTriangle, IconCheck } from '@tabler/icons-react'
import { useEffect } from 'react'
import type { Notice } from './notify.tsx'

const looks = {
  done: { color: 'pine', icon: <IconCheck size={18} aria-hidden /> },
  // Longer: it says what to do.
  failed: {
    color: 'red',
    icon: <IconAlertTriangle size={18} aria-hidden />,
    autoClose: 10_000,
    role: 'alert',
  },
}

type NoticesProps = { notices: readonly Notice[]; onShown: () => void }

/** Shows the notices that wait, each once, and says so. */
export function Notices({ notices, onShown }: NoticesProps) {
  useEffect(() => {
    if (notices.length === 0) return
    for (const notice of notices) {
      // The same id is shown once, however often this runs.
      notifications.show({
        ...{ id: String(notice.id), closeButtonProps: { 'aria-label': 'Close' } },
        ...looks[notice.kind],
        message: notice.action ? <Offer {...notice} /> : notice.message,
      })
    }
    onShown()
  }, [notices, onShown])
  return <Notifications position="top-center" autoClose={5000} limit={3} />
}

function Offer({ id, message, action }: Notice) {
  return (
    <Group justify="space-between" wrap="nowrap">
      {message}
      <Button
        size="compact-sm"
        flex="none"
        variant="default"
        onClick={() => {
          notifications.hide(String(id))
          action?.run()
        }}
      >
        {action?.label}
      </Button>
    </Group>
  )
}

import '@mantine/notifications/styles.layer.css'
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

/** Shows each notice once. */
export function Notices({ notices }: { notices: readonly Notice[] }) {
  const last = notices.at(-1)
  useEffect(() => {
    if (last) {
      // The same id is shown once, however often this runs.
      notifications.show({
        ...{ id: String(last.id), message: last.message, closeButtonProps: { 'aria-label': 'Close' } },
        ...looks[last.kind],
      })
    }
  }, [last])
  return <Notifications position="bottom-right" autoClose={5000} limit={3} />
}

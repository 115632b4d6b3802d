import { Button, Group, Stack } from '@mantine/core'
import { type Alert, alertEndpoints } from '@portal/contract'
import { IconBell, IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useState } from 'react'
import { call } from '../api/index.ts'
import {
  DataTable,
  EmptyState,
  Loaded,
  notifyDone,
  notifyFailed,
  useChange,
  useShortcut,
} from '../ui/index.ts'
import { alertColumns } from './alert-columns.tsx'
import type { AlertAction } from './alert-menu.tsx'
import { alertQueries } from './alert-queries.ts'

const AlertDialog = lazy(() =>
  import('./alert-dialog.tsx').then(({ AlertDialog }) => ({ default: AlertDialog })),
)

/** The alerts of the organisation, how far each has come, and what can be done with them. */
export function AlertsPage() {
  const alerts = useQuery(alertQueries.list)
  const [edited, setEdited] = useState<Alert | 'new' | null>(null)
  const act = useActions(setEdited)
  return (
    <>
      <Loaded query={alerts} what="your alerts" rows={4}>
        {({ data, mayManage }) => {
          const create = mayManage ? <CreateButton onCreate={() => setEdited('new')} /> : undefined
          if (data.length === 0) return <NoAlerts action={create} />
          return (
            <Stack>
              {create && <Group justify="flex-end">{create}</Group>}
              <DataTable
                caption="Alerts"
                columns={alertColumns(mayManage ? act : null)}
                rows={data}
                keyOf={({ id }) => id}
              />
            </Stack>
          )
        }}
      </Loaded>
      {edited && (
        <Suspense>
          <AlertDialog alert={edited === 'new' ? null : edited} onClose={() => setEdited(null)} />
        </Suspense>
      )}
    </>
  )
}

function CreateButton({ onCreate }: { onCreate: () => void }) {
  useShortcut({ keys: 'n', label: 'Make an alert', group: 'Alerts' }, onCreate)
  return (
    <Button leftSection={<IconPlus size={17} aria-hidden />} onClick={onCreate}>
      Make an alert
    </Button>
  )
}

function NoAlerts({ action }: { action: React.ReactNode }) {
  return (
    <EmptyState icon={<IconBell size={24} />} title="No alerts" action={action}>
      An alert tells you by mail, Slack or a webhook when a share of an amount of tokens or money is used.
    </EmptyState>
  )
}

const rereads = [alertQueries.all]

/** What the menu of an alert does: all at once, but for editing. */
function useActions(edit: (alert: Alert) => void): (action: AlertAction) => void {
  const change = useChange({
    rereads,
    change: ({ id, enabled }: Alert) =>
      call(alertEndpoints.update, { params: { alertId: id }, body: { enabled: !enabled } }),
  })
  const test = useChange({
    rereads,
    change: ({ id }: Alert) => call(alertEndpoints.test, { params: { alertId: id } }),
    done: 'The test is on its way. What becomes of it stands in the history.',
  })
  const restore = useChange({
    rereads,
    change: ({ id }: Alert) => call(alertEndpoints.restore, { params: { alertId: id } }),
  })
  const remove = useChange({
    rereads,
    change: async (alert: Alert) => {
      await call(alertEndpoints.remove, { params: { alertId: alert.id } })
      return alert
    },
    onDone: (alert) =>
      notifyDone(`“${alert.name}” is deleted.`, {
        label: 'Undo',
        run: () => restore.mutate(alert, { onError: notifyFailed }),
      }),
  })
  const verbs = { switch: change.mutate, test: test.mutate, delete: remove.mutate }
  return ({ kind, alert }) => (kind === 'edit' ? edit(alert) : verbs[kind](alert, { onError: notifyFailed }))
}

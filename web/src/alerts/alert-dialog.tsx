import { type Alert, alertEndpoints } from '@portal/contract'
import { useQuery } from '@tanstack/react-query'
import { call, organisationQueries, sessionQuery } from '../api/index.ts'
import { Dialog, useChange } from '../ui/index.ts'
import { AlertForm } from './alert-form.tsx'
import { type AlertFormValues, bodyOfAlertForm, emptyAlertForm, formOfAlert } from './alert-form-values.ts'
import { alertQueries } from './alert-queries.ts'

type AlertDialogProps = {
  /** The one that is changed; null makes one. */
  alert: Alert | null
  onClose: () => void
}

/** Makes an alert, or changes one. */
export function AlertDialog({ alert, onClose }: AlertDialogProps) {
  const { mutate, isPending, error } = useChange({
    rereads: [alertQueries.all],
    change: (values: AlertFormValues) => {
      const body = bodyOfAlertForm(values)
      return alert
        ? call(alertEndpoints.update, { params: { alertId: alert.id }, body })
        : call(alertEndpoints.create, { body })
    },
    done: alert ? 'The alert is saved.' : 'The alert is made.',
    onDone: onClose,
  })
  return (
    <Dialog
      opened
      onClose={onClose}
      title={alert ? 'Edit the alert' : 'Make an alert'}
      size="lg"
      closeOnClickOutside={false}
    >
      <AlertForm
        initial={alert ? formOfAlert(alert) : emptyAlertForm}
        slackHost={alert?.slack?.host ?? null}
        choices={useChoices(alert)}
        action={alert ? 'Save' : 'Make the alert'}
        isBusy={isPending}
        error={error}
        onSubmit={mutate}
        onClose={onClose}
      />
    </Dialog>
  )
}

type Choice = { value: string; label: string }

/** What can be counted alone, and who can be told. */
export type AlertChoices = { keys: Choice[]; models: string[]; members: Choice[]; webhooks: Choice[] }

/** With what an alert has already, though it may be gone. */
function useChoices(alert: Alert | null): AlertChoices {
  const { data: session } = useQuery(sessionQuery)
  const { data: used } = useQuery(alertQueries.choices)
  const { data: members = [] } = useQuery({
    ...organisationQueries.members(session?.organisation.id ?? ''),
    enabled: session !== undefined && session !== null,
  })
  const { data: webhooks } = useQuery(alertQueries.webhooks)
  const named = ({ id, name }: { id: string; name: string | null }) => ({ value: id, label: name ?? id })
  const unique = (all: Choice[]) => [...new Map(all.map((each) => [each.value, each])).values()]
  return {
    keys: unique([...(alert?.apiKey ? [named(alert.apiKey)] : []), ...living(used?.keys).map(named)]),
    models: [...new Set([...(alert?.model ? [alert.model] : []), ...(used?.models ?? [])])],
    members: unique([
      ...(alert?.mail.members ?? []).map(named),
      ...members.map(({ userId, name }) => ({ value: userId, label: name })),
    ]),
    webhooks: (webhooks?.data ?? []).map(({ id, url, description }) => ({
      value: id,
      label: description || url,
    })),
  }
}

const living = <Key extends { deleted: boolean }>(keys: readonly Key[] = []): Key[] =>
  keys.filter(({ deleted }) => !deleted)

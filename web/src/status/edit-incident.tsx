import { SimpleGrid } from '@mantine/core'
import { type Incident, incidentEndpoints } from '@portal/contract'
import { useState } from 'react'
import { call } from '../api/index.ts'
import { DialogForm, useChange } from '../ui/index.ts'
import { ComponentsField, ImpactField, TimeField, TitleField } from './incident-fields.tsx'
import { instantOf, localTimeOf } from './local-time.ts'
import { rereads } from './new-incident.tsx'
import { isOver } from './words.ts'

type EditDialogProps = {
  incident: Incident
  components: readonly { id: string; name: string }[]
  onClose: () => void
}

const localOf = (instant: string | null): string => (instant ? localTimeOf(Date.parse(instant)) : '')

/** Changes what an incident is said to be; of maintenance, what has not passed. */
export function EditDialog({ incident, components, onClose }: EditDialogProps) {
  const { kind, startsAt, endsAt } = incident
  const isPlanned = kind === 'maintenance'
  const hasBegun = isPlanned && (isOver(incident) || Date.parse(startsAt) <= Date.now())
  const hasEnded = isPlanned && isOver(incident)
  const before = {
    ...{ title: incident.title, impact: incident.impact ?? ('degraded' as const) },
    ...{ touched: incident.components.map(({ id }) => id), from: localOf(startsAt), to: localOf(endsAt) },
  }
  const [values, setValues] = useState(before)
  const set = (change: Partial<typeof before>) => setValues((now) => ({ ...now, ...change }))
  const { mutate, isPending, error } = useChange({
    rereads,
    change: () =>
      call(incidentEndpoints.update, {
        params: { incidentId: incident.id },
        body: {
          title: values.title,
          ...(!isPlanned && { impact: values.impact }),
          ...(!hasBegun && { components: values.touched }),
          ...(isPlanned && !hasBegun && { from: instantOf(values.from) }),
          ...(isPlanned && !hasEnded && { to: instantOf(values.to) }),
        },
      }),
    done: 'It is saved.',
    onDone: onClose,
  })
  const shown = new Map([...incident.components, ...components].map((component) => [component.id, component]))
  return (
    <DialogForm
      title={isPlanned ? 'Edit the maintenance' : 'Edit the incident'}
      action="Save"
      isReady={Boolean(values.title.trim() && values.touched.length > 0)}
      isBusy={isPending}
      error={error}
      onSubmit={() => mutate()}
      onClose={onClose}
    >
      <TitleField value={values.title} onChange={(title) => set({ title })} />
      {isPlanned ? (
        <SimpleGrid cols={{ base: 1, xs: 2 }}>
          <TimeField
            label="From (your time)"
            isFixed={hasBegun}
            value={values.from}
            onChange={(from) => set({ from })}
          />
          <TimeField label="To" isFixed={hasEnded} value={values.to} onChange={(to) => set({ to })} />
        </SimpleGrid>
      ) : (
        <ImpactField value={values.impact} onChange={(impact) => set({ impact })} />
      )}
      <ComponentsField
        components={[...shown.values()]}
        isFixed={hasBegun}
        value={values.touched}
        onChange={(touched) => set({ touched })}
      />
    </DialogForm>
  )
}

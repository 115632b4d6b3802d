import { SimpleGrid } from '@mantine/core'
import { type IncidentImpact, incidentEndpoints } from '@portal/contract'
import { useState } from 'react'
import { call } from '../api/index.ts'
import { DialogForm, useChange } from '../ui/index.ts'
import { ComponentsField, ImpactField, TextField, TimeField, TitleField } from './incident-fields.tsx'
import { instantOf, localTimeOf } from './local-time.ts'
import { incidentsQuery, statusQuery } from './status-queries.ts'

type NewDialogProps = { components: readonly { id: string; name: string }[]; onClose: () => void }

/** What shows incidents. */
export const rereads = [incidentsQuery.queryKey, statusQuery.queryKey]

/** Opens an incident. */
export function OpenDialog({ components, onClose }: NewDialogProps) {
  const [title, setTitle] = useState('')
  const [impact, setImpact] = useState<IncidentImpact>('degraded')
  const [touched, setTouched] = useState<string[]>([])
  const [text, setText] = useState('')
  const { mutate, isPending, error } = useChange({
    rereads,
    change: () => call(incidentEndpoints.create, { body: { title, impact, components: touched, text } }),
    done: 'The incident is on the status page.',
    onDone: onClose,
  })
  return (
    <DialogForm
      title="Open an incident"
      action="Open it"
      isReady={Boolean(title.trim() && text.trim() && touched.length > 0)}
      isBusy={isPending}
      error={error}
      onSubmit={() => mutate()}
      onClose={onClose}
    >
      <TitleField value={title} onChange={setTitle} />
      <ImpactField value={impact} onChange={setImpact} />
      <ComponentsField components={components} value={touched} onChange={setTouched} />
      <TextField value={text} onChange={setText} />
    </DialogForm>
  )
}

const hourMs = 3_600_000

/** Announces maintenance. */
export function PlanDialog({ components, onClose }: NewDialogProps) {
  const [title, setTitle] = useState('')
  const [from, setFrom] = useState(() => localTimeOf(Date.now() + 24 * hourMs))
  const [to, setTo] = useState(() => localTimeOf(Date.now() + 25 * hourMs))
  const [touched, setTouched] = useState<string[]>([])
  const [text, setText] = useState('')
  const { mutate, isPending, error } = useChange({
    rereads,
    change: () => {
      const body = { title, components: touched, text, from: instantOf(from), to: instantOf(to) }
      return call(incidentEndpoints.plan, { body })
    },
    done: 'The maintenance is announced.',
    onDone: onClose,
  })
  return (
    <DialogForm
      title="Plan maintenance"
      action="Announce it"
      isReady={Boolean(title.trim() && text.trim() && from && to && touched.length > 0)}
      isBusy={isPending}
      error={error}
      onSubmit={() => mutate()}
      onClose={onClose}
    >
      <TitleField value={title} onChange={setTitle} />
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <TimeField label="From (your time)" value={from} onChange={setFrom} />
        <TimeField label="To" value={to} onChange={setTo} />
      </SimpleGrid>
      <ComponentsField components={components} value={touched} onChange={setTouched} />
      <TextField value={text} onChange={setText} />
    </DialogForm>
  )
}

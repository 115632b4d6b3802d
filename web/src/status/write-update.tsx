import { Text } from '@mantine/core'
import { type Incident, type IncidentStage, incidentEndpoints, WrittenStage } from '@portal/contract'
import { useState } from 'react'
import { call } from '../api/index.ts'
import { DialogForm, useChange } from '../ui/index.ts'
import { StageField, TextField } from './incident-fields.tsx'
import { rereads } from './new-incident.tsx'

/** What usually comes after what was said last. */
const nextStages: Record<IncidentStage, WrittenStage> = {
  ...{ planned: 'resolved', investigating: 'identified', identified: 'monitoring' },
  ...{ monitoring: 'resolved', resolved: 'resolved' },
}

/** Writes an update of an incident, or ends it. */
export function WriteDialog({ incident, onClose }: { incident: Incident; onClose: () => void }) {
  const [stage, setStage] = useState<WrittenStage>(nextStages[incident.updates[0]?.stage ?? 'planned'])
  const [text, setText] = useState('')
  const { mutate, isPending, error } = useChange({
    rereads,
    change: () =>
      call(incidentEndpoints.write, { params: { incidentId: incident.id }, body: { stage, text } }),
    done: stage === 'resolved' ? 'It is over.' : 'The update is on the status page.',
    onDone: onClose,
  })
  return (
    <DialogForm
      title="Write an update"
      action={stage === 'resolved' ? 'Say that it is over' : 'Write it'}
      isReady={text.trim() !== ''}
      isBusy={isPending}
      error={error}
      onSubmit={() => mutate()}
      onClose={onClose}
    >
      <Text size="sm" c="dimmed">
        {incident.title}
      </Text>
      <StageField value={stage} stages={WrittenStage.options} onChange={setStage} />
      <TextField value={text} onChange={setText} />
    </DialogForm>
  )
}

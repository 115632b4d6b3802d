import { type AdministeredModel, modelAdministrationEndpoints as endpoints } from '@portal/contract'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { call } from '../api/index.ts'
import { Dialog } from '../ui/index.ts'
import { administrationQueries } from './administration-queries.ts'
import { ModelForm } from './model-form.tsx'
import { definitionOfForm, emptyModelForm, formOfModel, type ModelFormValues } from './model-form-values.ts'
import { isStale, StartAnew } from './stale.tsx'
import { useAdministrationChange } from './use-administration-change.ts'

function useProviderNames(): string[] {
  const { data = [] } = useQuery(administrationQueries.providers)
  return data.map(({ name }) => name)
}

/** Adds a model. */
export function AddModelDialog({ onClose }: { onClose: () => void }) {
  const providers = useProviderNames()
  const { mutate, isPending, error } = useAdministrationChange({
    change: (values: ModelFormValues) => call(endpoints.createModel, { body: definitionOfForm(values) }),
    done: 'The model is offered.',
    onDone: onClose,
  })
  return (
    <Dialog opened onClose={onClose} title="Add a model" size="lg" closeOnClickOutside={false}>
      <ModelForm
        {...{ initial: emptyModelForm(providers[0] ?? ''), providers, isNew: true }}
        {...{ isBusy: isPending, error, onSubmit: mutate, onClose }}
      />
    </Dialog>
  )
}

/** Changes a model, from what it was when the dialog was opened. */
export function EditModelDialog({ model, onClose }: { model: AdministeredModel; onClose: () => void }) {
  const [seen, setSeen] = useState(model)
  const providers = useProviderNames()
  const { data: all } = useQuery(administrationQueries.models)
  const { mutate, reset, isPending, error } = useAdministrationChange({
    change: (values: ModelFormValues) => {
      const { id: modelId, ...definition } = definitionOfForm(values)
      return call(endpoints.updateModel, {
        params: { modelId },
        body: { ...definition, version: seen.version },
      })
    },
    done: 'The model is saved.',
    onDone: onClose,
  })
  const now = all?.data.find(({ id }) => id === seen.id)
  const startAnew = now
    ? () => {
        setSeen(now)
        reset()
      }
    : null
  return (
    <Dialog opened onClose={onClose} title={`Edit ${seen.id}`} size="lg" closeOnClickOutside={false}>
      <ModelForm
        key={seen.version}
        {...{ initial: formOfModel(seen), providers, isNew: false }}
        {...{ isBusy: isPending, error, onSubmit: mutate, onClose }}
        remedy={isStale(error) && <StartAnew onStart={startAnew} />}
      />
    </Dialog>
  )
}

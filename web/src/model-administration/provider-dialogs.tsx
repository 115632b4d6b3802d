import { type AdministeredProvider, modelAdministrationEndpoints as endpoints } from '@portal/contract'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { call } from '../api/index.ts'
import { Dialog } from '../ui/index.ts'
import { administrationQueries } from './administration-queries.ts'
import { ProviderForm } from './provider-form.tsx'
import {
  bodyOfNewProvider,
  bodyOfProvider,
  emptyProviderForm,
  formOfProvider,
  type ProviderFormValues,
} from './provider-form-values.ts'
import { isStale, StartAnew } from './stale.tsx'
import { useAdministrationChange } from './use-administration-change.ts'

type AddProviderDialogProps = { onAdded: (provider: AdministeredProvider) => void; onClose: () => void }

/** Adds a provider. */
export function AddProviderDialog({ onAdded, onClose }: AddProviderDialogProps) {
  const { mutate, isPending, error } = useAdministrationChange({
    change: (values: ProviderFormValues) =>
      call(endpoints.createProvider, { body: bodyOfNewProvider(values) }),
    done: 'The provider is added.',
    onDone: onAdded,
  })
  return (
    <Dialog opened onClose={onClose} title="Add a provider" size="lg" closeOnClickOutside={false}>
      <ProviderForm
        {...{ initial: emptyProviderForm, currentKeyEnd: null, isNew: true }}
        {...{ isBusy: isPending, error, onSubmit: mutate, onClose }}
      />
    </Dialog>
  )
}

/** Changes a provider, from what it was when the dialog was opened. */
export function EditProviderDialog({
  provider,
  onClose,
}: {
  provider: AdministeredProvider
  onClose: () => void
}) {
  const [seen, setSeen] = useState(provider)
  const { data: all = [] } = useQuery(administrationQueries.providers)
  const { mutate, reset, isPending, error } = useAdministrationChange({
    change: (values: ProviderFormValues) =>
      call(endpoints.updateProvider, {
        params: { providerName: seen.name },
        body: bodyOfProvider(values, seen.version),
      }),
    done: 'The provider is saved.',
    onDone: onClose,
  })
  const now = all.find(({ name }) => name === seen.name)
  const startAnew = now
    ? () => {
        setSeen(now)
        reset()
      }
    : null
  return (
    <Dialog opened onClose={onClose} title={`Edit ${seen.name}`} size="lg" closeOnClickOutside={false}>
      <ProviderForm
        key={seen.version}
        {...{
          initial: formOfProvider(seen),
          currentKeyEnd: seen.hasApiKey ? seen.apiKeyEnd : null,
          isNew: false,
        }}
        {...{ isBusy: isPending, error, onSubmit: mutate, onClose }}
        remedy={isStale(error) && <StartAnew onStart={startAnew} />}
      />
    </Dialog>
  )
}

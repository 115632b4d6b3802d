import { modelAdministrationEndpoints as endpoints } from '@portal/contract'
import { call } from '../api/index.ts'
import type { AdministrationAction } from './actions.ts'
import { bodyOfModel } from './model-form-values.ts'
import { useAdministrationChange } from './use-administration-change.ts'

type On = { onError: (error: Error) => void }

/** Does at once what takes nothing away; false for what is to be asked first. */
export function useSwitches(): (action: AdministrationAction, on: On) => boolean {
  const { mutate: activate } = useAdministrationChange({
    change: ({ name, version }: { name: string; version: number }) =>
      call(endpoints.setProviderState, {
        params: { providerName: name },
        body: { state: 'active', version },
      }),
    done: 'The provider takes requests again.',
  })
  const { mutate: change } = useAdministrationChange({
    change: ({ id, body }: { id: string; body: ReturnType<typeof bodyOfModel> }) =>
      call(endpoints.updateModel, { params: { modelId: id }, body }),
    done: 'The model is changed.',
  })
  return (action, on) => {
    if (action.kind === 'activate') activate(action.provider, on)
    else if (action.kind === 'enable') change(changed(action.model, { enabled: true }), on)
    else if (action.kind === 'hide') change(changed(action.model, { hidden: true }), on)
    else if (action.kind === 'show') change(changed(action.model, { hidden: false }), on)
    else return false
    return true
  }
}

const changed = (
  model: Parameters<typeof bodyOfModel>[0],
  changes: { enabled?: boolean; hidden?: boolean },
) => ({
  id: model.id,
  body: { ...bodyOfModel(model), ...changes },
})

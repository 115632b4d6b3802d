// What is asked before something takes no more requests, or is gone.
import {
  type AdministeredModel,
  type AdministeredProvider,
  modelAdministrationEndpoints as endpoints,
} from '@portal/contract'
import { call } from '../api/index.ts'
import { ConfirmDialog } from '../ui/index.ts'
import type { AdministrationAction } from './actions.ts'
import { bodyOfModel } from './model-form-values.ts'
import { useAdministrationChange } from './use-administration-change.ts'

type Asked = {
  title: string
  action: string
  words: string
  done: string
  send: () => Promise<unknown>
}

type EndDialogProps = { action: AdministrationAction; onClose: () => void }

/** Asks, and does it. */
export function EndDialog({ action, onClose }: EndDialogProps) {
  const asked = askedFor(action)
  const { mutate, isPending, error } = useAdministrationChange({
    change: async () => asked?.send(),
    ...(asked && { done: asked.done }),
    onDone: onClose,
  })
  if (!asked) return null
  return (
    <ConfirmDialog
      opened
      title={asked.title}
      action={asked.action}
      isBusy={isPending}
      error={error}
      onConfirm={() => mutate()}
      onClose={onClose}
    >
      {asked.words}
    </ConfirmDialog>
  )
}

function askedFor(action: AdministrationAction): Asked | null {
  if ('provider' in action) return askedOfProvider(action.kind, action.provider)
  return 'model' in action ? askedOfModel(action.kind, action.model) : null
}

function askedOfProvider(kind: AdministrationAction['kind'], provider: AdministeredProvider): Asked | null {
  const { name, version, source } = provider
  const params = { providerName: name }
  const goTo = (state: 'draining' | 'disabled') => () =>
    call(endpoints.setProviderState, { params, body: { state, version } })
  if (kind === 'drain') {
    return {
      ...{
        title: `Drain ${name}`,
        action: 'Drain',
        done: 'The provider is drained.',
        send: goTo('draining'),
      },
      words: `It gets no new requests, and ${runningWords(provider)}. Models that no other provider serves answer that they take no requests for now.`,
    }
  }
  if (kind === 'disable') {
    return {
      ...{ title: `Switch ${name} off`, action: 'Switch off', done: 'The provider is switched off.' },
      words: `It gets no new requests, and ${runningWords(provider)}. Models that no other provider serves are not offered any more.`,
      send: goTo('disabled'),
    }
  }
  if (kind !== 'remove-provider') return null
  const send = () => call(endpoints.removeProvider, { params, query: { version } })
  if (source !== 'added') return { ...resetOf(name), send }
  return {
    ...{ title: `Delete ${name}`, action: 'Delete', done: 'The provider is deleted.', send },
    words: 'Its address and its key are deleted for good. A provider that a model uses stays.',
  }
}

function askedOfModel(kind: AdministrationAction['kind'], model: AdministeredModel): Asked | null {
  const { id, version, source } = model
  const params = { modelId: id }
  if (kind === 'switch-off') {
    return {
      ...{ title: `Switch ${id} off`, action: 'Switch off', done: 'The model is switched off.' },
      words:
        'Whoever asks for it is told that it is switched off. Answers that are being written end as they began.',
      send: () => call(endpoints.updateModel, { params, body: { ...bodyOfModel(model), enabled: false } }),
    }
  }
  if (kind !== 'remove-model') return null
  const send = () => call(endpoints.removeModel, { params, query: { version } })
  if (source !== 'added') return { ...resetOf(id), send }
  return {
    ...{ title: `Delete ${id}`, action: 'Delete', done: 'The model is deleted.', send },
    words: 'Programs and chats that ask for it are refused. What was used of it stays in the usage.',
  }
}

const resetOf = (name: string) => ({
  ...{ title: `Reset ${name}`, action: 'Reset', done: 'It is as it comes again.' },
  words: 'What was changed here is dropped: it is again as the portal’s configuration describes it.',
})

const runningWords = ({ running }: AdministeredProvider): string =>
  running === 0
    ? 'nothing runs there now'
    : `the ${running === 1 ? 'request that runs' : `${running} requests that run`} there end as they began`

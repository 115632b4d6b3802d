import type { AdministeredModel, AdministeredProvider } from '@portal/contract'

/** What is being done, and to what. */
export type AdministrationAction =
  | { kind: 'add-provider' | 'add-model' }
  | {
      kind: 'edit-provider' | 'test' | 'drain' | 'disable' | 'activate' | 'remove-provider'
      provider: AdministeredProvider
    }
  | {
      kind: 'edit-model' | 'enable' | 'switch-off' | 'hide' | 'show' | 'remove-model'
      model: AdministeredModel
    }

/** Asks for something to be done. */
export type Act = (action: AdministrationAction) => void

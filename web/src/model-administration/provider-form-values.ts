// What stands in the form of a provider, and what of it goes to the API.
import { type AdministeredProvider, CreateProviderBody, ProviderDefinition } from '@portal/contract'
import { problemsBy } from './form-problems.ts'

/** Times are in seconds, empty for the longest there is. `key` says what becomes of the key there is, `first` that there is none. */
export type ProviderFormValues = {
  name: string
  kind: ProviderDefinition['kind']
  baseUrl: string
  key: 'first' | 'keep' | 'replace' | 'none'
  apiKey: string
  firstByteSeconds: number | ''
  silenceSeconds: number | ''
}

const longestMs = 310_000

export const emptyProviderForm: ProviderFormValues = {
  ...{ name: '', kind: 'openai', baseUrl: '', key: 'first', apiKey: '' },
  ...{ firstByteSeconds: '', silenceSeconds: '' },
}

/** The form of a provider that exists. */
export const formOfProvider = (provider: AdministeredProvider): ProviderFormValues => ({
  ...{ name: provider.name, kind: provider.kind, baseUrl: provider.baseUrl, apiKey: '' },
  key: keyOf(provider),
  firstByteSeconds: secondsOf(provider.firstByteMs),
  silenceSeconds: secondsOf(provider.silenceMs),
})

/** One that cannot be decrypted is there, and of no use. */
function keyOf({ hasApiKey, problem }: AdministeredProvider): ProviderFormValues['key'] {
  if (hasApiKey) return 'keep'
  return problem === null ? 'first' : 'replace'
}

const secondsOf = (ms: number): number | '' => (ms === longestMs ? '' : ms / 1000)
const msOf = (seconds: number | ''): number => (seconds === '' ? longestMs : Math.round(seconds * 1000))

const definitionOf = ({ kind, baseUrl, firstByteSeconds, silenceSeconds }: ProviderFormValues) => ({
  ...{ kind, baseUrl: baseUrl.trim() },
  ...{ firstByteMs: msOf(firstByteSeconds), silenceMs: msOf(silenceSeconds) },
})

/** The body of a new one. */
export const bodyOfNewProvider = (values: ProviderFormValues) => ({
  ...{ name: values.name.trim(), ...definitionOf(values) },
  apiKey: values.apiKey.trim() || null,
})

/** The body of a change: a key that is kept is left out. */
export function bodyOfProvider(values: ProviderFormValues, version: number) {
  const definition = { ...definitionOf(values), version }
  const typed = values.apiKey.trim()
  if (values.key === 'keep' || (values.key === 'first' && !typed)) return definition
  return { ...definition, apiKey: values.key === 'none' ? null : typed || null }
}

/** Where the API's fields stand in the form. */
export const providerFieldNames = { firstByteMs: 'firstByteSeconds', silenceMs: 'silenceSeconds' }

const demands = {
  name: 'Enter up to 64 letters, digits, “.”, “_” and “-”, a letter or digit first.',
  baseUrl: 'Enter a URL such as https://host/v1, without user, query or fragment.',
  firstByteSeconds: 'Enter from 0.1 to 310 seconds, or nothing.',
  silenceSeconds: 'Enter from 0.1 to 310 seconds, or nothing.',
}

/** What is wrong with a form by the contract's own rules, by field. */
export function problemsOfProvider(values: ProviderFormValues, isNew: boolean): Record<string, string> {
  const rules = { names: providerFieldNames, demands }
  return isNew
    ? problemsBy(CreateProviderBody, bodyOfNewProvider(values), rules)
    : problemsBy(ProviderDefinition, definitionOf(values), rules)
}

import type { AdministeredModel, AdministeredProvider } from '@portal/contract'
import { expect, test } from 'vitest'
import { ApiError } from '../api/index.ts'
import { problemsOfAnswer } from './form-problems.ts'
import {
  bodyOfModel,
  definitionOfForm,
  emptyModelForm,
  formOfModel,
  modelFieldNames,
  problemsOfModel,
} from './model-form-values.ts'
import { bodyOfProvider, formOfProvider, problemsOfProvider } from './provider-form-values.ts'

const model: AdministeredModel = {
  ...{ id: 'm', displayName: null, ownedBy: 'self-hosted', contextTokens: 1000, outputTokensMax: null },
  ...{ capabilities: ['tools'], temperatureDefault: null, description: null, enabled: true, hidden: false },
  ...{ source: 'added', isChanged: false, problem: null, version: 7, updatedAt: null },
  price: { inputMicrousdPerMillion: 290_000, cachedInputMicrousdPerMillion: 1, outputMicrousdPerMillion: 0 },
  targets: [
    {
      ...{ provider: 'a', model: 'x', weight: 2, state: 'active' },
      health: { isOpen: false, answers: 0, failures: 0, latencyMs: null },
    },
  ],
}
const provider: AdministeredProvider = {
  ...{ name: 'a', kind: 'openai', baseUrl: 'http://a/v1', firstByteMs: 1500, silenceMs: 310_000 },
  ...{ hasApiKey: true, apiKeyEnd: 'abcd', state: 'active', running: 0, models: [], problem: null },
  ...{ source: 'added', isChanged: false, version: 3, updatedAt: null },
}

test('[W-172] what a form shows of a model goes back unchanged, its prices to the micro-dollar', () => {
  const { version: _, ...unchanged } = bodyOfModel(model)
  expect(definitionOfForm(formOfModel(model))).toEqual({ id: 'm', ...unchanged })
  for (const microusd of [1, 70_001, 299_999, 1_230_000, 15_000_000]) {
    const price = { inputMicrousdPerMillion: microusd, outputMicrousdPerMillion: microusd }
    expect(definitionOfForm(formOfModel({ ...model, price })).price).toEqual(price)
  }
})

test('[W-172] what is wrong stands at the field of the form where it is, in the order of the form', () => {
  expect(Object.keys(problemsOfModel(emptyModelForm('a')))).toEqual([
    ...['id', 'targets.0.model', 'inputPrice', 'outputPrice'],
  ])
  const values = { ...formOfProvider(provider), name: '', baseUrl: 'x', firstByteSeconds: 999 }
  expect(Object.keys(problemsOfProvider(values, true))).toEqual(['name', 'baseUrl', 'firstByteSeconds'])
  const refused = new ApiError('Wrong.', {
    ...{ code: 'invalid_request', status: 400, param: 'targets[1].provider' },
    issues: [
      { field: 'targets[1].provider', message: 'There is no such provider.' },
      { field: 'price', message: 'Enter a price.' },
    ],
  })
  expect(problemsOfAnswer(refused, modelFieldNames)).toEqual({
    'targets.1.provider': 'There is no such provider.',
    inputPrice: 'Enter a price.',
  })
})

test('[W-172] a key is kept unless another is entered, or none is chosen', () => {
  const kept = formOfProvider(provider)
  expect(bodyOfProvider(kept, 3)).toEqual({
    ...{ kind: 'openai', baseUrl: 'http://a/v1', firstByteMs: 1500, silenceMs: 310_000, version: 3 },
  })
  expect(bodyOfProvider({ ...kept, apiKey: 'typed, then kept' }, 3)).not.toHaveProperty('apiKey')
  expect(bodyOfProvider({ ...kept, key: 'replace', apiKey: ' new ' }, 3)).toMatchObject({ apiKey: 'new' })
  expect(bodyOfProvider({ ...kept, key: 'none', apiKey: 'left over' }, 3)).toMatchObject({ apiKey: null })
  const without = formOfProvider({ ...provider, hasApiKey: false })
  expect(bodyOfProvider(without, 3)).not.toHaveProperty('apiKey')
  expect(bodyOfProvider({ ...without, apiKey: 'first' }, 3)).toMatchObject({ apiKey: 'first' })
})

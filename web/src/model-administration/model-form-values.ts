// What stands in the form of a model, and what of it goes to the API.
import { type AdministeredModel, ModelDefinition } from '@portal/contract'
import { problemsBy } from './form-problems.ts'

/** Prices are in US dollars for a million tokens; what is empty is not known, or not given. */
export type ModelFormValues = {
  id: string
  displayName: string
  targets: { provider: string; model: string; weight: number | '' }[]
  inputPrice: number | ''
  cachedInputPrice: number | ''
  outputPrice: number | ''
  contextTokens: number | ''
  outputTokensMax: number | ''
  capabilities: string[]
  temperatureDefault: number | ''
  ownedBy: string
  description: string
  enabled: boolean
  hidden: boolean
}

/** A new model at the first of the providers. */
export const emptyModelForm = (provider: string): ModelFormValues => ({
  ...{ id: '', displayName: '', targets: [{ provider, model: '', weight: 1 }] },
  ...{ inputPrice: '', cachedInputPrice: '', outputPrice: '' },
  ...{ contextTokens: '', outputTokensMax: '', capabilities: [], temperatureDefault: 0.7 },
  ...{ ownedBy: 'self-hosted', description: '', enabled: true, hidden: false },
})

/** The form of a model that exists. */
export const formOfModel = (model: AdministeredModel): ModelFormValues => ({
  ...{ id: model.id, displayName: model.displayName ?? '' },
  targets: model.targets.map(({ provider, model: name, weight }) => ({ provider, model: name, weight })),
  inputPrice: dollarsOf(model.price?.inputMicrousdPerMillion),
  cachedInputPrice: dollarsOf(model.price?.cachedInputMicrousdPerMillion),
  outputPrice: dollarsOf(model.price?.outputMicrousdPerMillion),
  ...{ contextTokens: model.contextTokens ?? '', outputTokensMax: model.outputTokensMax ?? '' },
  ...{ capabilities: model.capabilities, temperatureDefault: model.temperatureDefault ?? '' },
  ...{ ownedBy: model.ownedBy, description: model.description ?? '' },
  ...{ enabled: model.enabled, hidden: model.hidden },
})

const dollarsOf = (microusd: number | undefined): number | '' =>
  microusd === undefined ? '' : microusd / 1_000_000
/** Micro-USD are whole: what dollars are short of by being floats is rounded away. */
const microusdOf = (dollars: number | ''): number | undefined =>
  dollars === '' ? undefined : Math.round(dollars * 1_000_000)

/** What the form says of a model. */
export function definitionOfForm(values: ModelFormValues) {
  const cached = microusdOf(values.cachedInputPrice)
  return {
    ...{ id: values.id.trim(), displayName: values.displayName.trim() || null },
    targets: values.targets.map(({ provider, model, weight }) => ({
      ...{ provider, model: model.trim(), weight: weight === '' ? 1 : weight },
    })),
    price: {
      // A price that is missing is refused by the schema, which asks for whole numbers.
      inputMicrousdPerMillion: microusdOf(values.inputPrice) ?? Number.NaN,
      outputMicrousdPerMillion: microusdOf(values.outputPrice) ?? Number.NaN,
      ...(cached !== undefined && { cachedInputMicrousdPerMillion: cached }),
    },
    contextTokens: values.contextTokens === '' ? null : values.contextTokens,
    outputTokensMax: values.outputTokensMax === '' ? null : values.outputTokensMax,
    capabilities: values.capabilities.map((name) => name.trim()),
    temperatureDefault: values.temperatureDefault === '' ? null : values.temperatureDefault,
    ownedBy: values.ownedBy.trim(),
    description: values.description.trim() || null,
    ...{ enabled: values.enabled, hidden: values.hidden },
  }
}

/** The body that leaves a model as it is, at its version. */
export function bodyOfModel(model: AdministeredModel) {
  const { id: _, source: __, isChanged: ___, problem: ____, updatedAt: _____, targets, ...rest } = model
  return {
    ...rest,
    targets: targets.map(({ provider, model: name, weight }) => ({ provider, model: name, weight })),
  }
}

/** Where the API's fields stand in the form. */
export const modelFieldNames = {
  price: 'inputPrice',
  'price.inputMicrousdPerMillion': 'inputPrice',
  'price.cachedInputMicrousdPerMillion': 'cachedInputPrice',
  'price.outputMicrousdPerMillion': 'outputPrice',
}

const priceDemand = 'Enter a price, 0 for what costs nothing.'
const demands = {
  id: 'Enter the name that requests call it by, of at most 200 characters.',
  inputPrice: priceDemand,
  cachedInputPrice: 'Enter a price, or nothing.',
  outputPrice: priceDemand,
  contextTokens: 'Enter a whole number above 0, or nothing.',
  outputTokensMax: 'Enter a whole number above 0, or nothing.',
  temperatureDefault: 'Enter from 0 to 2, or nothing.',
  ownedBy: 'Enter who offers it.',
  'targets.provider': 'Choose a provider.',
  'targets.model': 'Enter the model’s name there.',
  'targets.weight': 'Enter more than 0.',
}

/** What is wrong with a form by the contract's own rules, by field. */
export const problemsOfModel = (values: ModelFormValues): Record<string, string> =>
  problemsBy(ModelDefinition, definitionOfForm(values), { names: modelFieldNames, demands })

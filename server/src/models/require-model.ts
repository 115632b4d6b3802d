import { AppError } from '../errors.ts'
import type { ModelEntry } from './model-entry.ts'
import type { Models } from './registry.ts'

/**
 * The model of that id, to be asked something.
 * @throws AppError model_not_found, naming the models there are; unavailable where every provider of it is drained
 */
export function requireModel(models: Models, id: string): ModelEntry {
  const model = findModel(models, id)
  if (model.targets.length > 0 || model.isDemo) return model
  throw new AppError('unavailable', {
    message: `The model "${model.id}" takes no requests at the moment: its server is being looked after. Try again later, or use another model.`,
    param: 'model',
  })
}

/**
 * The model of that id, whether or not it takes requests now.
 * @throws AppError model_not_found, naming the models there are
 */
export function findModel(models: Models, id: string): ModelEntry {
  const model = models.find(id)
  if (model) return model
  const offered = models
    .list()
    .slice(0, 5)
    .map((entry) => `"${entry.id}"`)
  const hint =
    offered.length > 0 ? `Offered here: ${offered.join(', ')}. ` : 'No model is offered here at the moment. '
  const name = id.slice(0, 100)
  const what = models.isSwitchedOff(id)
    ? `The model "${name}" is switched off here.`
    : `There is no model "${name}".`
  throw new AppError('model_not_found', {
    message: `${what} ${hint}GET /api/chat/models lists them all.`,
    param: 'model',
  })
}

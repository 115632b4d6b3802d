import { AppError } from '../errors.ts'
import type { ModelEntry } from './model-entry.ts'
import type { Models } from './registry.ts'

/**
 * The model of that id.
 * @throws AppError model_not_found, naming the models there are
 */
export function requireModel(models: Models, id: string): ModelEntry {
  const model = models.find(id)
  if (model) return model
  const offered = models
    .list()
    .slice(0, 5)
    .map((entry) => `"${entry.id}"`)
  const hint =
    offered.length > 0 ? `Offered here: ${offered.join(', ')}. ` : 'No model is offered here at the moment. '
  throw new AppError('model_not_found', {
    message: `There is no model "${id.slice(0, 100)}". ${hint}GET /api/chat/models lists them all.`,
    param: 'model',
  })
}

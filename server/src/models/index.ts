export type { ModelEntry, Target } from './model-entry.ts'
export { createModels, type Models } from './registry.ts'
export { requireModel } from './require-model.ts'
export { mountModels } from './routes.ts'

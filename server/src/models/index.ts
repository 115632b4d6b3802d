export type { ModelEntry, Target } from './model-entry.ts'
export { createModels, type Models } from './registry.ts'
export { mountModels, requireModel } from './routes.ts'

export { chatCompletions, openAiModels, openAiUnknownPath } from './endpoint.ts'
export { type Usage, usageOf } from './usage.ts'

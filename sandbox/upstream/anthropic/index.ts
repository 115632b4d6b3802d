export { anthropicModels, anthropicUnknownPath, countTokens, messages } from './endpoint.ts'

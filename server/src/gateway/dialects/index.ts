export { anthropicMessages } from './anthropic-messages/index.ts'
export { detectDialect, dialectBeforeBody } from './detect.ts'
export type { AnswerContext, Dialect, FinalUsage, StreamEncoder } from './dialect.ts'
export { openAiChat } from './openai-chat/index.ts'

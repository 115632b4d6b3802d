export { createBreaker, type TargetHealth } from './breaker.ts'
export { openAiErrorBody } from './dialects/index.ts'
export { type GatewayDeps, handleCompletion } from './handler.ts'
export { createOpenRequests, keepUntilClosed, type OpenRequests } from './open-requests.ts'

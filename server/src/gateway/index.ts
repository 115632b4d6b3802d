export { type AskModel, askModel, type ModelQuestion } from './ask-model.ts'
export { createBreaker } from './breaker.ts'
export { type Cancellation, createCancellation } from './cancellation.ts'
export type { GatewayDeps } from './deps.ts'
export { type AnswerLine, type Dialect, dialectBeforeBody } from './dialects/index.ts'
export { exposeGauges } from './gauges.ts'
export { handleCompletion, handleTokenCount, type Incoming } from './handler.ts'
export type { ChatRecords, Exchange } from './keeper.ts'
export { type CallOutcome, type MeteredCall, openCall } from './metered-call.ts'
export {
  createOpenRequests,
  keepUntilClosed,
  type OpenRequest,
  type OpenRequests,
} from './open-requests.ts'
export { requirePermissions } from './requirements.ts'

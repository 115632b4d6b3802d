export { createBreaker, type TargetHealth } from './breaker.ts'
export { type Dialect, dialectBeforeBody } from './dialects/index.ts'
export { type GatewayDeps, handleCompletion, handleTokenCount, type Incoming } from './handler.ts'
export { createOpenRequests, keepUntilClosed, type OpenRequests } from './open-requests.ts'

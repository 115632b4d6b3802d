export { eventually } from './eventually.ts'
export { chatRequest, chatStream, eventsOf, type SseEvent } from './exchange.ts'
export { claudeModel, olderClaudeModel } from './models-file.ts'
export { type Behaviour, type LedgerRow, type Portal, type PortalOptions, startPortal } from './portal.ts'

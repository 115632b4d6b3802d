export { createLog, type Log } from './log.ts'
export { withoutKeys } from './redact.ts'

export type { AuditAction } from '@portal/contract'
export { type AuditOrigin, recordAudit, recordOwnAct } from './audit.ts'
export { type AuditLog, createAuditLog } from './audit-log.ts'
export { mountActivity } from './routes.ts'

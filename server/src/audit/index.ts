export { type AuditAction, recordAudit } from './audit.ts'

import { auditEndpoints } from '@portal/contract'
import type { Mount } from '../http/index.ts'
import type { AuditLog } from './audit-log.ts'

/** Mounts what people see of their own acts. */
export function mountActivity(mount: Mount, log: AuditLog): void {
  mount(auditEndpoints.ofUser, ({ principal, query }) => log.ofUser(principal.userId, query))
}

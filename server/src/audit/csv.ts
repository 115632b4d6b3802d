import type { AuditEvent } from '@portal/contract'
import { csvTable } from '../http/index.ts'

/** Events as lines of a CSV file. */
export const eventsAsCsv = csvTable<AuditEvent>({
  time: ({ at }) => at,
  action: ({ action }) => action,
  'actor id': ({ actor }) => actor?.id,
  'actor name': ({ actor }) => actor?.name,
  'actor key': ({ actorKeyId }) => actorKeyId,
  'impersonator id': ({ impersonator }) => impersonator?.id,
  'impersonator name': ({ impersonator }) => impersonator?.name,
  'subject id': ({ subject }) => subject?.id,
  'subject name': ({ subject }) => subject?.name,
  address: ({ ipAddress }) => ipAddress,
  'user agent': ({ userAgent }) => userAgent,
  details: ({ details }) => (Object.keys(details).length > 0 ? JSON.stringify(details) : null),
  id: ({ id }) => id,
})

import type { AuditEvent } from '@portal/contract'

/** Tells spreadsheets that it is UTF-8. */
const byteOrderMark = '\uFEFF'

const columns: Record<string, (event: AuditEvent) => string | null | undefined> = {
  time: ({ at }) => at,
  action: ({ action }) => action,
  'actor id': ({ actor }) => actor?.id,
  'actor name': ({ actor }) => actor?.name,
  'actor key': ({ actorKeyId }) => actorKeyId,
  'subject id': ({ subject }) => subject?.id,
  'subject name': ({ subject }) => subject?.name,
  address: ({ ipAddress }) => ipAddress,
  'user agent': ({ userAgent }) => userAgent,
  details: ({ details }) => (Object.keys(details).length > 0 ? JSON.stringify(details) : null),
  id: ({ id }) => id,
}

/** The first line of a CSV file of events (RFC 4180). */
export const csvHead = (): string => byteOrderMark + line(Object.keys(columns))

/** The line of one event. */
export const csvLine = (event: AuditEvent): string =>
  line(Object.values(columns).map((read) => read(event) ?? ''))

const line = (cells: readonly string[]): string => `${cells.map(cell).join(',')}\r\n`

// A spreadsheet takes what begins so for a formula, in quotes too (OWASP, CSV Injection).
const cell = (text: string): string => `"${defused(text).replaceAll('"', '""')}"`
const defused = (text: string): string => (/^[=+\-@\t\r]/.test(text) ? `'${text}` : text)

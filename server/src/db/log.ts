import type { Logger } from 'pino'

/** The part of the portal's logger that the database uses. */
export type DatabaseLog = Pick<Logger, 'info' | 'warn' | 'error'>

const lostCodes = new Set([
  ...['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOENT', 'EHOSTUNREACH', 'ENETUNREACH'],
  ...['ENOTFOUND', 'EAI_AGAIN'],
  // PostgreSQL's own: shut down by an operator, crashed, starting up, too many connections.
  ...['57P01', '57P02', '57P03', '53300'],
])

/** The driver gives these no code (pg 8, pg-pool 3). */
const lostMessages =
  /^(timeout expired|Query read timeout|timeout exceeded when trying to connect|Connection terminated|Client has encountered a connection error|Client was closed|Cannot use a pool after calling end)/

/**
 * Whether a query failed because the database cannot be reached right now (refused, cut off, starting, shutting
 * down, out of connections) rather than because of the query: the same call may succeed later.
 */
export function isDatabaseUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const { code, syscall } = error as NodeJS.ErrnoException
  if (code === 'ENOENT' && syscall !== 'connect') return false
  if (code && (lostCodes.has(code) || /^08...$/.test(code))) return true
  if (lostMessages.test(error.message)) return true
  if (error instanceof AggregateError && error.errors.some(isDatabaseUnavailable)) return true
  return isDatabaseUnavailable(error.cause)
}

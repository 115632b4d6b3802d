/** Why a connection failed, in one line without a stack; no driver's message holds the password. */
export function reasonOf(error: unknown): string {
  // A host of several addresses fails once for each, under an error without a message.
  if (error instanceof AggregateError) return [...new Set(error.errors.map(reasonOf))].join(', ')
  return error instanceof Error ? error.message || error.name : String(error)
}

import { ApiError } from './api-error.ts'

/** What an error says of the fields of a form, by field; those of list items belong to the list. */
export function fieldErrors(error: unknown): Record<string, string> {
  if (!(error instanceof ApiError)) return {}
  return Object.fromEntries(
    error.issues.map(({ field, message }) => [field.replace(/[.[].*$/, ''), message]).reverse(),
  )
}

import { isRecord } from '../json.ts'
import { failure, type UpstreamFailure } from '../provider.ts'
import { readDetails } from '../upstream-error.ts'

/** Reads an error that came inside a 200; its `code` may name the status it should have had. */
export function readEmbeddedError(json: Record<string, unknown>): UpstreamFailure {
  const details = readDetails(json)
  const status = Number(details.code ?? (isRecord(json.error) ? json.error.status : null))
  return failure('stream', { ...details, status: status >= 400 && status <= 599 ? status : null })
}

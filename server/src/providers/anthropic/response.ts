import { isRecord, parseJson } from '../json.ts'
import { type Answer, failure, type UpstreamFailure } from '../provider.ts'
import { readEmbeddedError } from './errors.ts'
import { producedByBlock } from './produced.ts'
import { noRawUsage, usageOf, withUsage } from './usage.ts'

/** Reads a whole answer; an error inside a 200, or something that is no message, is a failure. */
export function readAnswer(body: string): Answer | UpstreamFailure {
  const json = parseJson(body)
  if (!isRecord(json)) return failure('malformed')
  if (json.type === 'error' || json.error) return readEmbeddedError(json)
  if (!Array.isArray(json.content)) return failure('malformed')
  return {
    body,
    json,
    usage: usageOf(withUsage(noRawUsage, json.usage)),
    text: json.content.map(producedByBlock).join(''),
  }
}

/** Reads what the server counted; null where that is no count. */
export function readCount(body: string): number | null {
  const json = parseJson(body)
  return isRecord(json) && typeof json.input_tokens === 'number' ? json.input_tokens : null
}

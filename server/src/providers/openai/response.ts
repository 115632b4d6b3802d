import { isRecord, parseJson } from '../json.ts'
import { type Answer, failure, noUsage, type UpstreamFailure } from '../provider.ts'
import { readEmbeddedError } from './errors.ts'
import { producedText } from './produced.ts'
import { readUsage } from './usage.ts'

/** Reads a whole answer; an error inside a 200, or something that is no completion, is a failure. */
export function readAnswer(body: string): Answer | UpstreamFailure {
  const json = parseJson(body)
  if (!isRecord(json)) return failure('malformed')
  if (json.error) return readEmbeddedError(json)
  const choices = json.choices
  if (!Array.isArray(choices)) return failure('malformed')
  return {
    body,
    json,
    usage: readUsage(json.usage) ?? noUsage,
    text: choices.map((choice) => producedText(choice?.message)).join(''),
  }
}

import { isRecord } from './json.ts'

/** Why the choices of an answer, or of an event of a stream, ended: in the words of its server. */
export function finishReasonsOf(json: Record<string, unknown>): string[] {
  const { choices, delta, stop_reason } = json
  const reasons = Array.isArray(choices)
    ? choices.map((choice) => (isRecord(choice) ? choice.finish_reason : null))
    : [isRecord(delta) ? delta.stop_reason : stop_reason]
  return reasons.filter((reason) => typeof reason === 'string')
}

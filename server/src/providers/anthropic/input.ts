import { parseLossless } from '../../neutral/index.ts'
import { isRecord } from '../json.ts'
import { invalid } from './invalid.ts'

/**
 * A tool call's input as an object; numbers beyond a float keep the spelling they had.
 * @throws AppError invalid_request where it is none
 */
export function parseInput(input: string, at: string): Record<string, unknown> {
  const parsed = parse(input)
  if (!isRecord(parsed))
    throw invalid(at, 'The arguments of a tool call are no JSON object. Send them as the model made them.')
  return parsed
}

function parse(input: string): unknown {
  try {
    return parseLossless(input)
  } catch {
    return null
  }
}

import { parseLossless } from '../neutral/index.ts'

/** Whether a JSON value is an object with fields. */
export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** What a text says as JSON; null where it is none, as where it says null. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** A count of tokens; null where there is none, which is not zero. */
export const count = (value: unknown): number | null =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : null

/** A text as it is; nothing where there is none. */
export const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

/** A text with something in it, or null. */
export const textOrNull = (value: unknown): string | null => textOf(value) || null

type Json = Record<string, unknown>

/** A text that is known to be a JSON object, with every number as it was spelled. */
export const recordAsSpelled = (text: string): Json => parseLossless(text) as Json

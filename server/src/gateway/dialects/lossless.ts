import { asSpelled } from '../../neutral/index.ts'

/** A body that was parsed already, with its numbers as they were spelled. */
export const losslessBody = ({ text, value }: { text: string; value: unknown }): Record<string, unknown> =>
  asSpelled(text, value) as Record<string, unknown>

/** A number of a body so parsed, whatever its spelling; null where there is none. */
export function numberOf(value: unknown): number | null {
  const number = value == null ? Number.NaN : Number(JSON.stringify(value))
  return Number.isNaN(number) ? null : number
}

/** Whether a JSON value is an object with fields. */
export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

import type { IncomingHttpHeaders } from 'node:http'
import { AppError } from '../../errors.ts'
import type { NeutralRequest } from '../../neutral/index.ts'
import type { ChatRequest } from '../chat-request.ts'
import type { Dialect } from './dialect.ts'

/** A body as it would arrive: its text, and what that says. */
export const parsed = (
  dialect: Dialect,
  body: object | string,
  headers: IncomingHttpHeaders = {},
): ChatRequest => {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return dialect.parse({ text, value: JSON.parse(text) }, headers)
}

export const neutral = (dialect: Dialect, body: object | string, headers = {}): NeutralRequest =>
  parsed(dialect, body, headers).source.neutral()

/** The refusal that something ends in. */
export function refusalOf(act: () => unknown): AppError {
  try {
    act()
  } catch (error) {
    if (error instanceof AppError) return error
    throw error
  }
  throw new Error('It was taken.')
}

import type { IncomingMessage } from 'node:http'
import { AppError } from '../errors.ts'

/**
 * The API key a request carries, in `authorization: Bearer` or `x-api-key`; null without one.
 * @throws AppError invalid_api_key when the two headers name different keys or the scheme is not Bearer
 */
export function keyOf(req: IncomingMessage): string | null {
  const { authorization } = req.headers
  const bearer = authorization === undefined ? null : bearerToken(authorization)
  const header = req.headers['x-api-key']
  const key = typeof header === 'string' ? header.trim() : null
  if (bearer && key && bearer !== key) {
    throw new AppError('invalid_api_key', {
      message: 'The request carries two different API keys. Send one, in "authorization" or in "x-api-key".',
    })
  }
  return bearer || key || null
}

function bearerToken(authorization: string): string {
  const match = /^Bearer +(\S+) *$/i.exec(authorization)
  if (match?.[1]) return match[1]
  throw new AppError('invalid_api_key', {
    message: 'The authorization header must read "Bearer" followed by the API key.',
  })
}

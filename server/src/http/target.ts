import type { IncomingMessage } from 'node:http'
import { AppError } from '../errors.ts'

/** What a request asks for: the path that routes are compared with, and the path and query of its URL. */
export type Target = { path: string; url: string }

/**
 * Reads a request's target in origin or absolute form (RFC 9112 §3.2). Every spelling of a path becomes one: dot
 * segments are resolved, escapes that need not be are undone. Null for what is neither.
 */
export function readTarget(text: string): Target | null {
  const url = URL.parse(text.startsWith('/') ? `http://portal${text}` : text)
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') return null
  return { path: decoded(url.pathname), url: url.pathname + url.search }
}

function decoded(path: string): string {
  try {
    return decodeURI(path)
  } catch {
    return path
  }
}

const host = /^(?:[\w.-]+|\[[\da-f:.]+\])(?::\d{0,5})?$/i

/**
 * What is wrong with how a request names what it asks for, if anything: its target, or the one Host header of
 * HTTP/1.1 (RFC 9112 §3.2). Nothing else depends on that header.
 */
export function requestFault(req: IncomingMessage, target: Target | null): AppError | null {
  const [first, ...others] = req.headersDistinct.host ?? []
  const isHostGood = first === undefined ? req.httpVersion === '1.0' : others.length === 0 && host.test(first)
  if (!isHostGood) {
    return new AppError('invalid_request', {
      message: 'Send one Host header with the name or address of this server, and its port if it has one.',
    })
  }
  // OPTIONS may ask about the whole server: *.
  if (target || req.method === 'OPTIONS') return null
  return new AppError('invalid_request', {
    message: 'The target of the request is neither a path nor a URL. Ask for one like /api/models.',
  })
}

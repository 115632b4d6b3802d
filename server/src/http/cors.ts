import type { IncomingMessage, ServerResponse } from 'node:http'

/**
 * Lets the pages of the given origins call the API with a key, never with cookies. Answers preflights;
 * true when the response is complete.
 */
export function applyCors(req: IncomingMessage, res: ServerResponse, origins: readonly string[]): boolean {
  const { origin } = req.headers
  const isAllowed = origin !== undefined && origins.includes(origin)
  if (origins.length > 0) res.setHeader('vary', 'origin')
  if (isAllowed) {
    res.setHeader('access-control-allow-origin', origin)
    res.setHeader(
      'access-control-expose-headers',
      'x-request-id, request-id, x-portal-format, x-portal-model, x-portal-changed, x-should-retry, retry-after',
    )
  }
  if (req.method !== 'OPTIONS') return false
  if (isAllowed) {
    res.setHeader('access-control-allow-methods', 'GET, POST, PATCH, PUT, DELETE')
    res.setHeader(
      'access-control-allow-headers',
      String(req.headers['access-control-request-headers'] ?? '*'),
    )
    res.setHeader('access-control-max-age', '600')
  }
  res.writeHead(204).end()
  return true
}

import type { ServerResponse } from 'node:http'

/** On every response of every kind; `no-store` because answers are private unless a route says otherwise. */
export const securityHeaders: readonly (readonly [string, string])[] = [
  ['strict-transport-security', 'max-age=63072000; includeSubDomains'],
  ['x-content-type-options', 'nosniff'],
  ['x-frame-options', 'DENY'],
  ['x-xss-protection', '1; mode=block'],
  ['referrer-policy', 'strict-origin-when-cross-origin'],
  ['permissions-policy', 'camera=(self), microphone=(self)'],
  [
    'content-security-policy',
    "default-src 'none'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'",
  ],
  ['cache-control', 'no-store'],
]

/** Sets the portal's security headers, before anything else can answer. */
export function setSecurityHeaders(res: ServerResponse): void {
  for (const [name, value] of securityHeaders) res.setHeader(name, value)
}

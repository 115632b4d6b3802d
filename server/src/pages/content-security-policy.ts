import { randomBytes } from 'node:crypto'

const nonceBytes = 16

/** A fresh nonce for one page. */
export const newNonce = (): string => randomBytes(nonceBytes).toString('base64url')

/**
 * What a page of the web app may load (CSP level 3): what this server sends, images that the page itself made, and
 * the inline scripts and styles that carry the nonce.
 */
export function pagePolicy(nonce: string): string {
  return [
    "default-src 'none'",
    `script-src 'self' 'nonce-${nonce}'`,
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data: blob:",
    "media-src 'self' blob:",
    "connect-src 'self'",
    "font-src 'self'",
    "frame-src 'self'",
    "manifest-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "object-src 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
}

/**
 * What a frame of the web app may do, which shows what a stranger wrote: run this server's scripts, in an origin of
 * its own that nothing else is of, within a page of this server.
 */
export const framePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'unsafe-inline'",
  'img-src data:',
  'font-src data:',
  "form-action 'none'",
  "base-uri 'none'",
  'sandbox allow-scripts',
  "frame-ancestors 'self'",
].join('; ')

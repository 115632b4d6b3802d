import type { IncomingMessage } from 'node:http'
import { parse, serialize } from 'hono/utils/cookie'

/** The portal's cookies: sent back to this host alone, and out of the reach of scripts. */
export type Cookies = {
  /** Null without one. */
  read: (req: IncomingMessage, name: CookieName) => string | null
  /** A `set-cookie` header. */
  set: (name: CookieName, value: string, maxAgeSeconds: number) => string
  /** The header that removes it. */
  remove: (name: CookieName) => string
}

/**
 * `session` is who is signed in, `sign-in` a second factor that is waited for, `oauth` a way to another site and back,
 * `passkey` a passkey that is asked for.
 */
type CookieName = 'session' | 'sign-in' | 'oauth' | 'passkey'

/** Cookies for a portal that is reached at `publicUrl`; only where that is not https they are sent in the clear. */
export function createCookies(publicUrl: string | null): Cookies {
  const isSecure = publicUrl?.startsWith('https:') ?? false
  const fullName = (name: CookieName) => (isSecure ? `__Host-portal-${name}` : `portal-${name}`)
  const set: Cookies['set'] = (name, value, maxAge) =>
    serialize(fullName(name), value, { path: '/', httpOnly: true, sameSite: 'Lax', secure: isSecure, maxAge })
  return {
    read: (req, name) => parse(req.headers.cookie ?? '', fullName(name))[fullName(name)] ?? null,
    set,
    remove: (name) => set(name, '', 0),
  }
}

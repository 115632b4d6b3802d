import { z } from 'zod'

// The tests that this is a path: begun by one slash, and without what browsers read as one or leave out.
const pattern = /^\/(?![/\\])[^\\\p{Cc}]*$/u

/**
 * A path of the portal, with its query and fragment, in the one spelling that browsers make of it (ASCII, dot segments
 * resolved); null for what is none. What begins with two slashes in any spelling would be another host.
 */
export function portalPath(text: string): string | null {
  if (!pattern.test(text) || !text.isWellFormed()) return null
  const { pathname, search, hash } = new URL(text, 'http://portal')
  return pattern.test(pathname) ? pathname + search + hash : null
}

/** The same as it is sent, as it was written. */
export const PortalPath = z
  .string()
  .max(500)
  .regex(pattern, 'Expected a path that begins with one slash.')
  .refine((text) => portalPath(text) !== null, 'Expected a path of this portal.')

// What a passkey belongs to: a name (RP ID) and the pages that may ask for it (Web Authentication Level 3 §5.1.3, §13.4.9).
import type { IncomingMessage } from 'node:http'
import { isIP } from 'node:net'
import { AppError } from '../../errors.ts'

/** A place that people reach the portal at, where passkeys work. */
export type Site = { rpId: string; origin: string }

/** The place that a request came by, or the reason why passkeys do not work there. */
export function siteOf(req: IncomingMessage, givenUrl: string | null): Site | { refused: string } {
  const { hostname, origin, protocol, port } = new URL(givenUrl ?? localOrigin(req))
  if (isIP(hostname.replace(/^\[|\]$/g, ''))) return { refused: givenUrl ? needsName : openByName(port) }
  if (protocol !== 'https:' && !/^(.+\.)?localhost$/.test(hostname)) return { refused: needsHttps }
  return { rpId: hostname, origin }
}

/** The same. @throws AppError conflict where they do not work */
export function requireSite(req: IncomingMessage, givenUrl: string | null): Site {
  const site = siteOf(req, givenUrl)
  if ('refused' in site) throw new AppError('conflict', { message: site.refused })
  return site
}

/** By the page that asks, which was found to be one of this machine's own before; programs name none. */
const localOrigin = ({ headers, socket }: IncomingMessage): string =>
  headers.origin ?? `http://localhost:${socket.localPort}`

const needsName =
  'Passkeys belong to a name, and PUBLIC_URL is an IP address. Operators: set PUBLIC_URL to a name.'
const needsHttps =
  'Browsers offer passkeys over https only. Operators: set PUBLIC_URL to an address that begins with https://.'
const openByName = (port: string): string =>
  `Passkeys belong to a name, not to an IP address. Open the portal as http://localhost${port && `:${port}`}, or set PUBLIC_URL.`

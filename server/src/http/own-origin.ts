import type { IncomingMessage } from 'node:http'
import { AppError } from '../errors.ts'

/** Refuses what another site's page sends in somebody's name. @throws AppError foreign_origin */
export type OriginCheck = (req: IncomingMessage) => void

/** Whether a request may change something (RFC 9110 §9.2.1). */
export const isWrite = ({ method }: IncomingMessage): boolean =>
  method !== 'GET' && method !== 'HEAD' && method !== 'OPTIONS'

/**
 * The pages that may act for whoever is signed in: those of `publicUrl`, or where it is not said, those that this
 * machine itself serves. Browsers name the page's origin with every write; other clients name none.
 */
export function createOriginCheck(publicUrl: string | null): OriginCheck {
  const own = publicUrl === null ? null : new URL(publicUrl).origin
  return (req) => {
    const { origin, 'sec-fetch-site': site } = req.headers
    if (origin !== undefined) {
      if (own === null ? !isLocalOrigin(req, origin) : origin !== own) throw new AppError('foreign_origin')
    } else if (site !== undefined && site !== 'same-origin' && site !== 'none') {
      throw new AppError('foreign_origin')
    }
  }
}

/** The address and port that the request came in by, and this machine's own names. */
function isLocalOrigin({ socket }: IncomingMessage, origin: string): boolean {
  const { localAddress = '', localPort } = socket
  const address = localAddress.replace(/^::ffff:/, '')
  const hosts = ['localhost', '127.0.0.1', '[::1]', address.includes(':') ? `[${address}]` : address]
  return hosts.some((host) => origin === new URL(`http://${host}:${localPort}`).origin)
}

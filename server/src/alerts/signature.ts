// Standard Webhooks (standardwebhooks.com, specification 1.0): who reads an event can tell that it is ours, and new.
import { createHmac, randomBytes } from 'node:crypto'

const prefix = 'whsec_'

/** A secret as receivers are given it: 32 random bytes. */
export const newSecret = (): string => prefix + randomBytes(32).toString('base64')

type Signed = { id: string; at: Date; body: string }

/** The headers of an event, with a signature for each secret: `v1,` and base64 of HMAC-SHA-256 of `id.timestamp.body`. */
export function signedHeaders({ id, at, body }: Signed, secrets: readonly string[]): Record<string, string> {
  const timestamp = String(Math.floor(at.getTime() / 1000))
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.slice(prefix.length), 'base64')
    return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`
  })
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': signatures.join(' '),
  }
}

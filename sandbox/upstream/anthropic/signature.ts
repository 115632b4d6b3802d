// Thinking blocks are signed, so that a client that changes or invents one is found out.
import { createHmac } from 'node:crypto'

/** The signature of a thinking text: the same text always has the same. */
export function signatureOf(thinking: string): string {
  return createHmac('sha256', 'scripted upstream').update(thinking).digest('base64')
}

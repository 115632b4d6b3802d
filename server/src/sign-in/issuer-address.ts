import { Email } from '@portal/contract'
import type { Identity } from '../oauth/index.ts'

/** The address that another site gives, as addresses are stored here; null where it is none of that form. */
export function addressOf({ email }: Pick<Identity, 'email'>): string | null {
  // Lower case makes ASCII of a letter that is none: with U+212A for its k, it would be another one's address.
  if (email === null || !/^[!-~]+$/.test(email)) return null
  const address = Email.safeParse(email)
  return address.success ? address.data : null
}

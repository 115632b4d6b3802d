import type { Sender } from './address.ts'
import type { Content } from './letter.ts'

/** A mail as it leaves the portal. */
export type OutgoingMail = Content & {
  /** The same in every try: who gets it twice can tell. */
  id: string
  kind: string
  from: Sender
  /** Exactly one mailbox. */
  to: string
}

/** What carries mails away. */
export type MailTransport = {
  /** Resolves when the mail is in other hands. @throws FinalFailure when it never will be, any other error for now */
  deliver: (mail: OutgoingMail, signal: AbortSignal) => Promise<void>
}

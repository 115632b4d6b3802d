/** A mail as the mailbox keeps it. */
export type StoredMail = {
  id: string
  /** What it is about: `reset-password`. */
  kind: string
  sentAt: string
  /** `Name <address>`, or an address alone. */
  from: string
  to: string
  subject: string
  text: string
  html: string
  /** Every address in the text, in order. */
  links: string[]
}

/** Web addresses in a text, without the punctuation after them. */
export const webAddress = /(https?:\/\/[^\s<>"]*[^\s<>".,;:!?)])/g

/** The web addresses in a text, each once. */
export const linksOf = (text: string): string[] => [...new Set(text.match(webAddress) ?? [])]

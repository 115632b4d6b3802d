import { domainToASCII } from 'node:url'

/** A name people read, empty for none, and the address behind it. */
export type Sender = { name: string; address: string }

// The dot-atom of RFC 5322 §3.2.3: no quotes, comments, lists or routes, and nothing that could end a header.
const localPart = /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/
const domain = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/
const lengthMax = 254
const localLengthMax = 64

// Before it is normalised as in URLs, which end a host at many a character.
const written = /^[\p{L}\p{M}\p{N}.-]+$/u

/** The one mailbox an address names, in lower case and with an ASCII domain; null where it is not exactly one. */
export function mailboxOf(address: string): string | null {
  const at = address.lastIndexOf('@')
  const local = address.slice(0, Math.max(at, 0)).toLowerCase()
  const host = address.slice(at + 1)
  if (local.length > localLengthMax || !localPart.test(local) || !written.test(host)) return null
  const mailbox = `${local}@${domainToASCII(host)}`
  return domain.test(domainToASCII(host)) && mailbox.length <= lengthMax ? mailbox : null
}

/** Who mails come from, as `Name <address>` or an address alone; null where it is neither. */
export function senderOf(text: string): Sender | null {
  const [, name = '', named] = /^([^<>\p{Cc}]*)<([^<>]*)>$/u.exec(text.trim()) ?? []
  const address = mailboxOf(named ?? text.trim())
  return address === null ? null : { name: name.trim().replace(/^"(.*)"$/, '$1'), address }
}

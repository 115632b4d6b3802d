import { createTransport, type NodemailerError } from 'nodemailer'
import { FinalFailure } from '../jobs/index.ts'
import type { MailTransport, OutgoingMail } from './transport.ts'

/** How long the server may take to answer, in milliseconds. */
const patience = {
  dnsTimeout: 10_000,
  connectionTimeout: 10_000,
  greetingTimeout: 10_000,
  socketTimeout: 30_000,
}

/** Refusals of the portal itself (RFC 4954 §6, RFC 3207 §4): the operator can mend them, and the mail can wait. */
const refusesUs = new Set([530, 534, 535, 538])

/** Carries mails to the SMTP server at `url`, a connection for each. */
export function createSmtpTransport({ url }: { url: string }): MailTransport {
  const smtp = createTransport({
    url,
    ...patience,
    requireTLS: needsTls(url),
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  return {
    async deliver(mail, signal) {
      await smtp.sendMail({ ...messageOf(mail), signal }).catch((error: NodemailerError) => {
        throw isFinal(error) ? new FinalFailure(error.message, { cause: error }) : error
      })
    },
  }
}

const messageOf = ({ id, from, to, subject, text, html, unsubscribeUrl }: OutgoingMail) => ({
  from,
  to: { name: '', address: to },
  // Not read from the headers: who gets the mail is said once.
  envelope: { from: from.address, to: [to] },
  messageId: `<${id}@${from.address.split('@').at(-1)}>`,
  subject,
  text,
  html,
  headers: {
    // RFC 3834: nobody’s out-of-office answers it.
    'auto-submitted': 'auto-generated',
    'x-auto-response-suppress': 'All',
    ...(unsubscribeUrl && {
      'list-unsubscribe': `<${unsubscribeUrl}>`,
      'list-unsubscribe-post': 'List-Unsubscribe=One-Click',
    }),
  },
})

/** A password crosses a network encrypted or not at all. */
function needsTls(url: string): boolean {
  const { protocol, username, hostname } = new URL(url)
  return protocol === 'smtp:' && username !== '' && !/^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname)
}

/** Whether a server refuses this mail, not the way it comes: sender and receiver (EENVELOPE), or what it holds. */
const isFinal = ({ responseCode = 0, code }: NodemailerError): boolean =>
  (code === 'EENVELOPE' || code === 'EMESSAGE') && responseCode >= 500 && !refusesUs.has(responseCode)

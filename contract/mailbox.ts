import { z } from 'zod'
import { endpoint } from './endpoint.ts'

/** A mail in the sandbox mailbox. */
export const SandboxMail = z.object({
  id: z.string(),
  kind: z.string().describe('What it is about, e.g. reset-password.'),
  sentAt: z.iso.datetime(),
  from: z.string(),
  to: z.string(),
  subject: z.string(),
  text: z.string(),
  html: z.string(),
  links: z.array(z.string()).describe('Every address in the text, in order.'),
})
export type SandboxMail = z.infer<typeof SandboxMail>

export const mailboxEndpoints = {
  read: endpoint({
    method: 'GET',
    path: '/dev/mailbox',
    tag: 'System',
    summary:
      'The mails that were sent while no SMTP_URL is set, newest first; a page for browsers, JSON with "accept: application/json". For this machine and administrators; a 404 for everyone else.',
    scope: 'public',
    query: z.object({
      to: z.string().optional().describe('Only mails to this address.'),
      mail: z.string().optional().describe('Only the mail with this id.'),
    }),
    output: z.object({ data: z.array(SandboxMail) }),
    status: 200,
    errors: ['not_found'],
  }),
}

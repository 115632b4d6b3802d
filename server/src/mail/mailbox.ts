// The page of the sandbox mailbox, for whoever runs the portal on their own machine.
import type { IncomingMessage } from 'node:http'
import { mailboxEndpoints, type SandboxMail } from '@portal/contract'
import type { Context, Hono } from 'hono'
import { type HttpEnv, isLocalName, isProxied, methodNotAllowed } from '../http/index.ts'

/** Mails that were kept instead of sent. */
export type Mailbox = {
  /** Newest first; to one address, or of one id, where given. */
  list: (only: { to?: string | undefined; mail?: string | undefined }) => Promise<SandboxMail[]>
  /** The list as a page. */
  listPage: (mails: readonly SandboxMail[], to: string | undefined) => string
  /** One mail as a page. */
  mailPage: (mail: SandboxMail) => string
}

type MailboxDeps = {
  /** Null where mails are really sent. */
  mailbox: Mailbox | null
  config: { isPublic: boolean }
  clientAddress: (req: IncomingMessage) => string
  isAdministrator: (req: IncomingMessage) => Promise<boolean>
}

const { read } = mailboxEndpoints

/** Styles and the mail's own; no script, no picture, no address that is not ours. */
const contentSecurityPolicy =
  "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

/** Mounts the mailbox; to those who may not see it, it is not there. */
export function mountMailbox(app: Hono<HttpEnv>, deps: MailboxDeps): void {
  app.all(read.path, async (c) => {
    const { mailbox } = deps
    if (!(mailbox && (await seesMailbox(deps, c.env.incoming)))) return c.notFound()
    if (!['GET', 'HEAD'].includes(c.req.method)) throw methodNotAllowed([read.method])
    return answer(c, mailbox)
  })
}

async function answer(c: Context<HttpEnv>, mailbox: Mailbox): Promise<Response> {
  const { to, mail } = c.req.query()
  const mails = await mailbox.list({ to, mail })
  if (prefersJson(c.req.header('accept'))) return c.json({ data: mails })
  const [first] = mails
  const page = mail !== undefined && first ? mailbox.mailPage(first) : mailbox.listPage(mails, to)
  return c.html(page, 200, { 'content-security-policy': contentSecurityPolicy })
}

const prefersJson = (accept = ''): boolean =>
  accept.includes('application/json') && !accept.includes('text/html')

/**
 * Whether there is a mailbox and whoever asks may read it. They could take over accounts: administrators, and people at
 * this machine itself as long as the portal is for nobody else. Nothing tells a proxy on this machine from a person
 * there, if it says nothing of itself.
 */
export async function seesMailbox(
  { mailbox, config, clientAddress, isAdministrator }: MailboxDeps,
  req: IncomingMessage,
): Promise<boolean> {
  if (!mailbox) return false
  const isHere = !isForwarded(req) && isLocalName(clientAddress(req)) && isNamedAsLocal(req)
  return (isHere && !config.isPublic) || isAdministrator(req)
}

/** Whether a proxy says so, or speaks HTTP/1.0 as nginx does where it is told nothing else. */
const isForwarded = (req: IncomingMessage): boolean => isProxied(req) || req.httpVersion === '1.0'

/**
 * Whether the client asked for this machine by a name of its own. A page of another origin can have its name resolve
 * to 127.0.0.1 (DNS rebinding), but a browser then still sends that name.
 */
function isNamedAsLocal({ rawHeaders }: IncomingMessage): boolean {
  const at = rawHeaders.findIndex((name, i) => i % 2 === 0 && name.toLowerCase() === 'host')
  const host = URL.parse(`http://${rawHeaders[at + 1] ?? ''}`)?.hostname ?? ''
  return isLocalName(host)
}

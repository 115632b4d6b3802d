import type { Kysely } from 'kysely'
import type { Tables } from '../db/index.ts'
import { hashOfToken, newToken } from '../secrets/index.ts'
import type { SignInDeps } from './deps.ts'
import * as store from './store.ts'

/** What a link in a mail is for. */
type MailPurpose = 'verify-email' | 'change-email' | 'reset-password'
/** The same, and the link that a new portal prints for whoever runs it. */
export type LinkPurpose = MailPurpose | 'claim-portal'

const hourMs = 3_600_000

/** The mail each link goes out in, the page it opens, and how long it works. */
const links = {
  'verify-email': { kind: 'verify-email', page: '/verify-email', lifeMs: 24 * hourMs },
  'change-email': { kind: 'confirm-new-address', page: '/verify-email', lifeMs: 24 * hourMs },
  'reset-password': { kind: 'reset-password', page: '/reset-password', lifeMs: hourMs },
} as const

/** Whose link it is. */
export type Addressee = { id: string; name: string; email: string }

/** Mails a link whose token (256 bits) takes the place of the one that the person had for this purpose. */
export async function mailLink(
  trx: Kysely<Tables>,
  { mail, now }: Pick<SignInDeps, 'mail' | 'now'>,
  { to, purpose }: { to: Addressee; purpose: MailPurpose },
): Promise<void> {
  const { kind, page, lifeMs } = links[purpose]
  const expiresAt = new Date(now() + lifeMs)
  const token = await issueToken(trx, { to, purpose, expiresAt })
  await mail.send(trx, { kind, to: to.email, name: to.name, path: `${page}?token=${token}`, expiresAt })
}

/** How long a link works with which somebody sets the first password of an account that was made for them. */
const firstPasswordMs = 24 * hourMs

/** A link, as for a new password, to set the first one of an account that was made for somebody. */
export async function issueFirstPasswordLink(
  trx: Kysely<Tables>,
  to: Addressee,
  nowMs: number,
): Promise<{ path: string; expiresAt: Date }> {
  const { page } = links['reset-password']
  const expiresAt = new Date(nowMs + firstPasswordMs)
  const token = await issueToken(trx, { to, purpose: 'reset-password', expiresAt })
  return { path: `${page}?token=${token}`, expiresAt }
}

type NewToken = { to: Pick<Addressee, 'id' | 'email'>; purpose: LinkPurpose; expiresAt: Date }

/** The token of a link, in place of the one that the person had for this purpose. */
export async function issueToken(trx: Kysely<Tables>, { to, purpose, expiresAt }: NewToken): Promise<string> {
  const { token, hash } = newToken()
  await store.putMailLink(trx, {
    ...{ hash, user_id: to.id, purpose, email: to.email, expires_at: expiresAt },
  })
  return token
}

/** Uses a link up: whom it was mailed to, and what for; null where it works no longer. */
export async function useLink(
  trx: Kysely<Tables>,
  { token, purposes, nowMs }: { token: string; purposes: readonly LinkPurpose[]; nowMs: number },
): Promise<{ userId: string; purpose: LinkPurpose; email: string } | null> {
  const row = await store.takeMailLink(trx, { hash: hashOfToken(token), purposes, at: new Date(nowMs) })
  return row ? { userId: row.user_id, purpose: row.purpose, email: row.email } : null
}

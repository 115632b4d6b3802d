import { createHash, randomBytes } from 'node:crypto'
import type { Kysely } from 'kysely'
import type { Tables } from '../db/index.ts'
import * as store from './store.ts'

/** What a link in a mail is for, and how long it works. */
export type LinkPurpose = 'verify-email' | 'change-email' | 'reset-password'

const hourMs = 3_600_000
const lifeMs: Record<LinkPurpose, number> = {
  'verify-email': 24 * hourMs,
  'change-email': 24 * hourMs,
  'reset-password': hourMs,
}

type Link = { userId: string; purpose: LinkPurpose; email: string }

/** Makes the token of a link (256 bits), in place of the one that the person had for this purpose. */
export async function issueLink(trx: Kysely<Tables>, link: Link, nowMs: number): Promise<string> {
  const token = randomBytes(32).toString('base64url')
  await store.putMailLink(trx, {
    hash: hashOf(token),
    user_id: link.userId,
    purpose: link.purpose,
    email: link.email,
    expires_at: new Date(nowMs + lifeMs[link.purpose]),
  })
  return token
}

/** Uses a link up: whom it was mailed to, and what for; null where it works no longer. */
export async function useLink(
  trx: Kysely<Tables>,
  { token, purposes, nowMs }: { token: string; purposes: readonly LinkPurpose[]; nowMs: number },
): Promise<Link | null> {
  const row = await store.takeMailLink(trx, { hash: hashOf(token), purposes, at: new Date(nowMs) })
  return row ? { userId: row.user_id, purpose: row.purpose, email: row.email } : null
}

const hashOf = (token: string): Buffer => createHash('sha256').update(token).digest()

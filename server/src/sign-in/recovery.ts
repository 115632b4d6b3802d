// What whoever runs the portal does for people who cannot get in, or not yet: by a command, or signed in.
import type { Kysely } from 'kysely'
import { type AuditOrigin, recordAudit } from '../audit/index.ts'
import type { Tables } from '../db/index.ts'
import { AppError } from '../errors.ts'
import type { MailService } from '../mail/index.ts'
import type { Sessions } from '../sessions/index.ts'
import { type Addressee, issueFirstPasswordLink } from './mail-links.ts'
import { securityPage } from './security-page.ts'
import * as store from './store.ts'
import { deleteTwoFactor } from './two-factor-store.ts'

/** What an operator may do for somebody. */
export type Recovery = {
  /**
   * The path of a page on which somebody whose account was just made sets its password, once and for a day; with
   * `isMailed` they get it by mail, too.
   */
  firstPasswordLink: (trx: Kysely<Tables>, to: Addressee, settings: { isMailed: boolean }) => Promise<string>
  /**
   * Turns somebody's two-factor sign-in off without a proof, signs every device out, and tells them by mail.
   * @throws AppError not_found, or conflict where it is not on
   */
  turnOffTwoFactor: (userId: string, by?: Operator) => Promise<{ sessionsEnded: number }>
}

/** Who does it, where that is an administrator in person and no command. */
type Operator = { userId: string; from: AuditOrigin }

type RecoveryDeps = {
  db: Kysely<Tables>
  sessions: Pick<Sessions, 'endAll'>
  mail: MailService
  /** Milliseconds since 1970. */
  now: () => number
}

/** Builds it. */
export function createRecovery({ db, sessions, mail, now }: RecoveryDeps): Recovery {
  return {
    async firstPasswordLink(trx, to, { isMailed }) {
      const { path, expiresAt } = await issueFirstPasswordLink(trx, to, now())
      const { name, email } = to
      if (isMailed) await mail.send(trx, { kind: 'first-password', to: email, name, path, expiresAt })
      return path
    },
    turnOffTwoFactor: (userId, by) =>
      db.transaction().execute(async (trx) => {
        const person = await store.findPerson(trx, userId)
        if (!person) throw new AppError('not_found')
        const { email: to, name } = person
        // First, as whoever signs in holds it: of a session that is made meanwhile the next line knows.
        const wasOn = await deleteTwoFactor(trx, userId)
        if (!wasOn) throw new AppError('conflict', { message: `Two-factor sign-in is not on for ${to}.` })
        const sessionsEnded = await sessions.endAll(trx, userId, null)
        const atMs = now()
        await recordAudit(trx, {
          action: 'user.two-factor-reset',
          ...{
            atMs,
            organisationId: null,
            actorId: by?.userId ?? null,
            subjectId: userId,
            from: by?.from ?? null,
          },
          details: { sessionsEnded },
        })
        await mail.send(trx, { kind: 'two-factor-reset', to, name, at: new Date(atMs), path: securityPage })
        return { sessionsEnded }
      }),
  }
}

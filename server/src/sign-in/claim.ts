// A new portal has an operator whom nobody is: whoever runs it becomes them, by a link that its start prints.
import type { RegisterBody, SignedInUser } from '@portal/contract'
import type { z } from 'zod'
import { hashPassword } from '../accounts/index.ts'
import { recordOwnAct } from '../audit/index.ts'
import { AppError } from '../errors.ts'
import type { Caller } from '../http/index.ts'
import type { SignInDeps } from './deps.ts'
import type { Entry } from './entry.ts'
import { issueToken, useLink } from './mail-links.ts'
import * as store from './store.ts'

/** How whoever runs a new portal becomes its operator. */
export type Claiming = {
  /** The path of a page on which the account with the address becomes somebody's, for a day, in place of the one before. */
  linkFor: (email: string) => Promise<string | null>
  /**
   * Becomes whom the link is for, with everything that is theirs, and signs in.
   * @throws AppError invalid_token, conflict
   */
  claim: (given: Claim, caller: Caller) => Promise<SignedInUser>
}

type Claim = z.output<typeof RegisterBody> & { token: string }

const lifeMs = 86_400_000

/** Builds it. */
export function createClaiming(deps: SignInDeps, { letIn }: Entry): Claiming {
  const { db, now } = deps
  return {
    async linkFor(email) {
      const person = await store.findPersonByEmail(db, email)
      // Once it is somebody's, a stranger may sign up with this address.
      if (person?.role !== 'admin') return null
      const expiresAt = new Date(now() + lifeMs)
      const token = await issueToken(db, { to: person, purpose: 'claim-portal', expiresAt })
      return `/set-up?token=${token}`
    },
    async claim({ token, name, email, password }, caller) {
      const hash = await hashPassword(password)
      return db.transaction().execute(async (trx) => {
        const nowMs = now()
        const at = new Date(nowMs)
        const link = await useLink(trx, { token, purposes: ['claim-portal'], nowMs })
        if (!link) throw new AppError('invalid_token')
        const { userId } = link
        // Whoever reads what the portal's start prints runs it: no mail has to prove their address.
        if (!(await store.replaceEmail(trx, { userId, email, at })))
          throw new AppError('conflict', { message: 'There is already a user with this e-mail address.' })
        await store.rename(trx, userId, name)
        await store.putPassword(trx, { userId, password: hash, at })
        const act = { atMs: nowMs, organisationId: null, userId, from: caller }
        await recordOwnAct(trx, { action: 'user.portal-claimed', ...act })
        const person = await store.findPerson(trx, userId)
        if (!person) throw new AppError('invalid_token')
        return letIn(trx, { person, method: 'password' }, caller)
      })
    },
  }
}

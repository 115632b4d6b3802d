// Sign-ins whose second factor is waited for: the browser holds a random token, the database its hash.
import type { Session } from '@portal/contract'
import type { Kysely } from 'kysely'
import type { Tables } from '../db/index.ts'
import { AppError } from '../errors.ts'
import type { Caller, Cookies } from '../http/index.ts'
import { hashOfToken, newToken } from '../secrets/index.ts'

type Db = Kysely<Tables>
/** Somebody who has shown one proof, and by which way. */
export type Challenge = { hash: Buffer; userId: string; method: Session['method'] }

/** The sign-ins that wait for a second proof. */
export type Challenges = {
  /** Begins to wait, and gives the browser what it will come back with. */
  begin: (db: Db, challenge: Omit<Challenge, 'hash'>, caller: Caller) => Promise<void>
  /** @throws AppError no_sign_in */
  find: (db: Db, caller: Caller) => Promise<Challenge>
  /** The same; null where nothing is waited for. */
  findWaiting: (db: Db, caller: Caller) => Promise<Challenge | null>
  /** Ends the waiting, once. @throws AppError no_sign_in where it has ended */
  end: (db: Db, challenge: Challenge, caller: Caller) => Promise<void>
}

const lifeSeconds = 10 * 60

/** Builds the challenges. `now` is in milliseconds since 1970. */
export function createChallenges({ cookies, now }: { cookies: Cookies; now: () => number }): Challenges {
  const findWaiting: Challenges['findWaiting'] = async (db, { req }) => {
    const token = cookies.read(req, 'sign-in')
    if (token === null) return null
    const row = await db
      .selectFrom('sign_in_challenges')
      .selectAll()
      .where('hash', '=', hashOfToken(token))
      .where('expires_at', '>', new Date(now()))
      .executeTakeFirst()
    return row ? { hash: row.hash, userId: row.user_id, method: row.method } : null
  }

  return {
    async begin(db, { userId, method }, { setCookie }) {
      const { token, hash } = newToken()
      const expiresAt = new Date(now() + lifeSeconds * 1000)
      await db
        .insertInto('sign_in_challenges')
        .values({ hash, user_id: userId, method, expires_at: expiresAt })
        .execute()
      setCookie(cookies.set('sign-in', token, lifeSeconds))
    },
    async find(db, caller) {
      const challenge = await findWaiting(db, caller)
      if (!challenge) throw new AppError('no_sign_in')
      return challenge
    },
    findWaiting,
    async end(db, { hash }, { setCookie }) {
      const { numDeletedRows } = await db
        .deleteFrom('sign_in_challenges')
        .where('hash', '=', hash)
        .executeTakeFirst()
      if (numDeletedRows === 0n) throw new AppError('no_sign_in')
      setCookie(cookies.remove('sign-in'))
    },
  }
}

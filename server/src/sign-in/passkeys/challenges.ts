// What passkeys sign: the browser that asked holds a random token, the database its hash and the challenge.
import { randomBytes } from 'node:crypto'
import type { Kysely, Selectable } from 'kysely'
import type { Tables } from '../../db/index.ts'
import type { Caller, Cookies } from '../../http/index.ts'
import { hashOfToken, newToken } from '../../secrets/index.ts'

type Db = Kysely<Tables>
type ChallengeRow = Selectable<Tables['passkey_challenges']>

/** A challenge that was given to the browser. */
export type PasskeyChallenge = {
  /** In base64url, as it comes back. */
  challenge: string
  purpose: ChallengeRow['purpose']
  /** Whose passkey it is for; null where any will do. */
  userId: string | null
}

/** What browsers were asked to have signed. */
export type PasskeyChallenges = {
  /** Makes a challenge for the browser; resolves to its 256 random bits. */
  begin: (
    db: Db,
    wanted: Omit<PasskeyChallenge, 'challenge'>,
    caller: Caller,
  ) => Promise<Uint8Array<ArrayBuffer>>
  /** Uses up the browser's challenge for one of the purposes; null where it has none. */
  take: (
    db: Db,
    purposes: readonly ChallengeRow['purpose'][],
    caller: Caller,
  ) => Promise<PasskeyChallenge | null>
}

/** How long a browser has to answer. */
export const lifeSeconds = 5 * 60

/** Builds them. `now` is in milliseconds since 1970. */
export function createPasskeyChallenges({
  cookies,
  now,
}: {
  cookies: Cookies
  now: () => number
}): PasskeyChallenges {
  return {
    async begin(db, { purpose, userId }, { setCookie }) {
      const { token, hash } = newToken()
      const challenge = randomBytes(32)
      const expiresAt = new Date(now() + lifeSeconds * 1000)
      await db
        .insertInto('passkey_challenges')
        .values({ hash, challenge, purpose, user_id: userId, expires_at: expiresAt })
        .execute()
      setCookie(cookies.set('passkey', token, lifeSeconds))
      return new Uint8Array(challenge)
    },
    async take(db, purposes, { req, setCookie }) {
      const token = cookies.read(req, 'passkey')
      if (token === null) return null
      const row = await db
        .deleteFrom('passkey_challenges')
        .where('hash', '=', hashOfToken(token))
        .where('purpose', 'in', purposes)
        .where('expires_at', '>', new Date(now()))
        .returningAll()
        .executeTakeFirst()
      if (!row) return null
      setCookie(cookies.remove('passkey'))
      const challenge = row.challenge.toString('base64url')
      return { challenge, purpose: row.purpose, userId: row.user_id }
    },
  }
}

import { createHmac, hkdfSync } from 'node:crypto'
import { CompactEncrypt, compactDecrypt, jwtVerify, SignJWT } from 'jose'

/** Keeps and signs what only the portal itself reads. Each purpose has a key of its own. */
export type Secrets = {
  /** A JWT (HS256) with the claims, from `atMs` for so many seconds. */
  sign: (claims: Record<string, string>, times: { atMs: number; seconds: number }) => Promise<string>
  /** The claims of a JWT of ours with `iat` and `exp` in seconds since 1970, expired or not; null for any other. */
  verify: (token: string) => Promise<SignedClaims | null>
  /** The text as a JWE (dir, A256GCM), bound to what it belongs to. */
  encrypt: (text: string, owner: string) => Promise<string>
  /** @throws where it is not what `encrypt` made for the owner under this secret */
  decrypt: (sealed: string, owner: string) => Promise<string>
  /** A hash (HMAC-SHA-256, 32 bytes) that nobody can compute who has the database alone. */
  hash: (text: string) => Buffer
}

/** Claims as strings, and when they were signed and end. */
export type SignedClaims = Record<string, unknown> & { iat: number; exp: number }

/** Builds everything from one secret of at least 32 characters. */
export function createSecrets(secret: string): Secrets {
  const keyFor = (purpose: string): Uint8Array =>
    new Uint8Array(hkdfSync('sha256', secret, 'llm-portal', purpose, 32))
  const signing = keyFor('session tokens')
  const sealing = keyFor('stored secrets')
  const hashing = keyFor('stored hashes')
  return {
    sign: (claims, { atMs, seconds }) => {
      const iat = Math.floor(atMs / 1000)
      const token = new SignJWT(claims).setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
      return token
        .setIssuedAt(iat)
        .setExpirationTime(iat + seconds)
        .sign(signing)
    },
    async verify(token) {
      try {
        // Its own time is judged by whoever asks: a session may be renewed.
        const { payload } = await jwtVerify(token, signing, {
          algorithms: ['HS256'],
          clockTolerance: Number.MAX_SAFE_INTEGER,
          requiredClaims: ['iat', 'exp'],
        })
        return payload as SignedClaims
      } catch {
        return null
      }
    },
    encrypt: (text, owner) =>
      new CompactEncrypt(new TextEncoder().encode(text))
        .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', owner })
        .encrypt(sealing),
    async decrypt(sealed, owner) {
      const { plaintext, protectedHeader } = await compactDecrypt(sealed, sealing)
      if (protectedHeader.owner !== owner) throw new Error('This was encrypted for another owner.')
      return new TextDecoder().decode(plaintext)
    },
    hash: (text) => createHmac('sha256', hashing).update(text).digest(),
  }
}

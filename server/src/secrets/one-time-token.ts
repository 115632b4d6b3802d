import { createHash, randomBytes } from 'node:crypto'

/** A token of 256 random bits for whoever shall come back with it, and its SHA-256, which alone is kept. */
export function newToken(): { token: string; hash: Buffer } {
  const token = randomBytes(32).toString('base64url')
  return { token, hash: hashOfToken(token) }
}

/** What is kept of a token. */
export const hashOfToken = (token: string): Buffer => createHash('sha256').update(token).digest()

import { randomBytes } from 'node:crypto'
import { hash, verify } from '@node-rs/argon2'
import { passwordProblem } from '@portal/contract'

/** A random password of 144 bits that will do. */
export function generatePassword(): string {
  for (;;) {
    const password = randomBytes(18).toString('base64url')
    if (passwordProblem(password) === null) return password
  }
}

/**
 * A password as it is stored: an argon2id PHC string with the parameters OWASP recommends (19 MiB, 2 passes, 1 lane).
 * The text is NFKC-normalised first, as it has to be when it is verified: keyboards differ in how they write é.
 */
export const hashPassword = (password: string): Promise<string> =>
  hash(password.normalize('NFKC'), { memoryCost: 19_456, timeCost: 2, parallelism: 1 })

/** Whether it is the password that `hashPassword` was given. */
export const verifyPassword = (stored: string, password: string): Promise<boolean> =>
  verify(stored, password.normalize('NFKC'))

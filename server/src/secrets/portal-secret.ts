import { randomBytes } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** The secret that operators gave, if any, and the data folder. */
type Asked = { given: string | null; dataDir: string }

/**
 * The secret that everything kept secret is protected with: the one given, else one of this installation’s own, made
 * at its first start and kept in the file `secret` in `dataDir`.
 */
export function portalSecret({ given, dataDir }: Asked): string {
  if (given !== null) return given
  try {
    keepSecret(dataDir, randomBytes(32).toString('base64url'))
  } catch (error) {
    // Never over one that is there: whoever comes second reads it.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  return readSecret(fileIn(dataDir))
}

/** The same where there is one, without making any; else null. */
export const findSecret = ({ given, dataDir }: Asked): string | null =>
  given ?? (existsSync(fileIn(dataDir)) ? readSecret(fileIn(dataDir)) : null)

/** Keeps an installation's secret. @throws EEXIST where it has one */
export function keepSecret(dataDir: string, secret: string): void {
  mkdirSync(dataDir, { recursive: true })
  writeFileSync(fileIn(dataDir), secret, { flag: 'wx', mode: 0o600, flush: true })
  chmodSync(fileIn(dataDir), 0o600)
}

const fileIn = (dataDir: string): string => join(dataDir, 'secret')

function readSecret(path: string): string {
  const secret = readFileSync(path, 'utf8').trim()
  if (secret.length >= 32) return secret
  throw new Error(
    `The file ${path} holds no secret. Restore it from a backup, or delete it to have a new one made: everybody then has to sign in and set up two-factor sign-in again.`,
  )
}

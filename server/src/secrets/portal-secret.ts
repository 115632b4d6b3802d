import { randomBytes } from 'node:crypto'
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * The secret that everything kept secret is protected with: the one given, else one of this installation’s own, made
 * at its first start and kept in the file `secret` in `dataDir`.
 */
export function portalSecret({ given, dataDir }: { given: string | null; dataDir: string }): string {
  if (given !== null) return given
  const path = join(dataDir, 'secret')
  mkdirSync(dataDir, { recursive: true })
  try {
    // Never over one that is there: whoever comes second reads it.
    writeFileSync(path, randomBytes(32).toString('base64url'), { flag: 'wx', mode: 0o600 })
    chmodSync(path, 0o600)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  return readSecret(path)
}

function readSecret(path: string): string {
  const secret = readFileSync(path, 'utf8').trim()
  if (secret.length >= 32) return secret
  throw new Error(
    `The file ${path} holds no secret. Restore it from a backup, or delete it to have a new one made: everybody then has to sign in and set up two-factor sign-in again.`,
  )
}

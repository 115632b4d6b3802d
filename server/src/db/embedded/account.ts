import { readFile } from 'node:fs/promises'
import { userInfo } from 'node:os'

/** The unprivileged account that PostgreSQL runs under when we are root. */
export interface Account {
  uid: number
  gid: number
  name: string
}

/** True when this process is root, as which PostgreSQL refuses to run. */
export function isRoot(): boolean {
  return process.getuid?.() === 0
}

/**
 * The account PostgreSQL has to run under: undefined for our own, else (as root) that of uid `owner` of an
 * existing cluster, `postgres` or `nobody`, whichever is known first.
 * @throws when no account has an entry in the password file, without which PostgreSQL does not start.
 */
export async function accountForPostgres(owner?: number): Promise<Account | undefined> {
  if (!isRoot()) {
    requireOwnEntry()
    return undefined
  }
  const accounts = parsePasswd(await readFile('/etc/passwd', 'utf8'))
  const account =
    accounts.find(({ uid }) => uid === owner && uid !== 0) ??
    accounts.find(({ name, uid }) => name === 'postgres' && uid !== 0) ??
    accounts.find(({ name, uid }) => name === 'nobody' && uid !== 0)
  if (account) return account
  throw new Error(
    'PostgreSQL refuses to run as root, and there is no user "postgres" or "nobody" to run it as. Start the portal as an ordinary user, add a user "postgres", or set DATABASE_URL.',
  )
}

function requireOwnEntry(): void {
  try {
    userInfo()
  } catch (cause) {
    throw new Error(
      `User id ${process.getuid?.()} has no entry in /etc/passwd, which PostgreSQL needs. Add one, start the portal as another user, or set DATABASE_URL.`,
      { cause },
    )
  }
}

function parsePasswd(text: string): Account[] {
  return text.split('\n').flatMap((line) => {
    const [name, , uid, gid] = line.split(':')
    // macOS writes nobody as -2, which the kernel sees as an unsigned number.
    return name && uid && gid ? [{ name, uid: Number(uid) >>> 0, gid: Number(gid) >>> 0 }] : []
  })
}

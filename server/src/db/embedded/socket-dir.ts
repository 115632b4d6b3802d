import { lstat, mkdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Account } from './account.ts'
import type { Cluster } from './cluster.ts'
import { give } from './durable.ts'
import { canReach } from './reach.ts'

/** Longest socket address, without its final NUL, of the systems we run on (Linux 107, macOS 103 bytes). */
const addressBytesMax = 103

/** Where the cluster's unix socket belongs: short whatever the data directory, and the same for every start. */
export async function socketDirOf({ id, account }: Pick<Cluster, 'id' | 'account'>): Promise<string> {
  const [own, name] = [tmpdir(), `llm-portal-${id}`]
  const fits = Buffer.byteLength(join(own, name, '.s.PGSQL.5432')) <= addressBytesMax
  return join(fits && (await canReach(account, own, 'enter')) ? own : '/tmp', name)
}

/**
 * Makes the folder of the socket, private to the account that PostgreSQL runs as.
 * @throws when someone else made one of that name.
 */
export async function ensureSocketDir(path: string, account: Account | undefined): Promise<void> {
  try {
    await mkdir(path, { mode: 0o700 })
    await give(path, account)
  } catch (cause) {
    const found = await lstat(path).catch(() => undefined)
    const ourselves = process.getuid?.()
    if (found?.isDirectory() && found.uid === (account?.uid ?? ourselves)) return
    // A start that was killed before it could hand the folder over.
    if (found?.isDirectory() && found.uid === ourselves) return give(path, account)
    const problem = found ? 'was made by someone else: delete it' : `cannot be made (${String(cause)})`
    throw new Error(`The folder ${path}, where the database's socket belongs, ${problem}.`, { cause })
  }
}

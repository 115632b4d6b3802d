import { access, constants, realpath, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Account } from './account.ts'

/** What to do at a path: `enter` a folder, `read` or `execute` a file. */
export type Use = 'enter' | 'read' | 'execute'

const bit = { enter: 1, read: 4, execute: 5 }

/**
 * Whether `account` (undefined: ourselves) can use the path, judged by the modes of it and of every folder above.
 * Trying it as that account would need a program that is itself within its reach.
 */
export async function canReach(account: Account | undefined, path: string, use: Use): Promise<boolean> {
  try {
    if (!account) {
      await access(path, use === 'read' ? constants.R_OK : constants.X_OK)
      return true
    }
    return await modesAllow(account, await realpath(path), bit[use])
  } catch {
    return false
  }
}

async function modesAllow(account: Account, path: string, wanted: number): Promise<boolean> {
  const { mode, uid, gid } = await stat(path)
  const shift = uid === account.uid ? 6 : gid === account.gid ? 3 : 0
  if (((mode >> shift) & wanted) !== wanted) return false
  const parent = dirname(path)
  return parent === path || modesAllow(account, parent, bit.enter)
}

import { lchown, open, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Account } from './account.ts'

/** Makes a folder's own entries (a rename, a new name in it) survive a power cut. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

/** Writes a new file that only its owner can read; durable when it resolves. */
export async function writePrivateFile(path: string, content: string): Promise<void> {
  const file = await open(path, 'wx', 0o600)
  try {
    await file.writeFile(content)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** Hands a path to `account`; nothing to do when PostgreSQL runs as ourselves. */
export async function give(path: string, account: Account | undefined): Promise<void> {
  if (account) await lchown(path, account.uid, account.gid)
}

/** Hands a folder and all that is in it to `account`. */
export async function giveAll(folder: string, account: Account): Promise<void> {
  await give(folder, account)
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    await give(join(entry.parentPath, entry.name), account)
  }
}

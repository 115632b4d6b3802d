import { createReadStream } from 'node:fs'
import { copyFile, mkdir, open, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { ObjectStore } from './object-store.ts'

const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT'

/** Objects as files below a folder, a few hundred to each. */
export function createFolderStore(directory: string): ObjectStore {
  // Ids begin alike and end by chance.
  const pathOf = (key: string) => join(directory, dirname(key), key.slice(-2), basename(key))

  return {
    async put(key, path) {
      const target = pathOf(key)
      const firstMade = await mkdir(dirname(target), { recursive: true, mode: 0o700 })
      await moveFile(path, target)
      // A new name is durable once its folder is, and a new folder is a new name.
      const highest = firstMade === undefined ? dirname(target) : dirname(firstMade)
      for (let folder = dirname(target); folder.length >= highest.length; folder = dirname(folder)) {
        await syncFolder(folder)
      }
    },
    async open(key, range) {
      const stream = createReadStream(pathOf(key), range && { start: range.first, end: range.last })
      return new Promise((resolve, reject) => {
        stream.once('open', () => resolve(stream))
        stream.once('error', (error) => (isMissing(error) ? resolve(null) : reject(error)))
      })
    },
    async localCopy(key) {
      const path = pathOf(key)
      try {
        const handle = await open(path)
        await handle.close()
      } catch (error) {
        if (isMissing(error)) return null
        throw error
      }
      return { path, release: async () => {} }
    },
    delete: (key) => rm(pathOf(key), { force: true }),
  }
}

/** Moves a file, durably; over the border of a file system it is copied first. */
async function moveFile(from: string, to: string): Promise<void> {
  await syncFile(from)
  try {
    await rename(from, to)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error
    const beside = `${to}.part`
    await copyFile(from, beside)
    await syncFile(beside)
    await rename(beside, to)
    await rm(from)
  }
}

async function syncFile(path: string): Promise<void> {
  const handle = await open(path, 'r+')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Puts the names in a folder on the disk. */
export async function syncFolder(path: string): Promise<void> {
  const handle = await open(path)
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

// A cluster outside DATA_DIR remembers whose it is, so that one whose DATA_DIR was deleted can be found.
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { findPostmaster } from './postmaster-pid.ts'

/** Notes which data directory uses the cluster in `folder`. */
export async function recordOwner(folder: string, dataDir: string): Promise<void> {
  await writeFile(join(folder, 'owner'), dataDir, { mode: 0o600 })
}

/**
 * Clusters beside `folder` that belonged to an earlier life of `dataDir`. Their servers are stopped, but the files
 * stay: the data directory may have been moved rather than deleted.
 */
export async function abandonedBy(dataDir: string, folder: string): Promise<string[]> {
  const place = dirname(folder)
  const abandoned: string[] = []
  for (const name of await readdir(place)) {
    const other = join(place, name)
    const owner = await readFile(join(other, 'owner'), 'utf8').catch(() => undefined)
    if (other === folder || owner !== dataDir) continue
    abandoned.push(other)
    const running = await findPostmaster(join(other, 'data'))
    if (running) process.kill(running.pid, 'SIGINT')
  }
  return abandoned
}

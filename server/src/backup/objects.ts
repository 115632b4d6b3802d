import { copyFile, mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type pg from 'pg'
import { contentKey, isObjectKey, thumbnailKey } from '../files/index.ts'
import type { ObjectStore } from '../storage/index.ts'
import { linesOf, readLines, writeChecked } from './checked-files.ts'
import { BackedUpObject, type Manifest } from './manifest.ts'

type Reading = {
  /** To what has happened since the instant of which the files are. */
  pool: pg.Pool
  objects: ObjectStore
  tell: (line: string) => void
}
type FileRow = { id: string; name: string; has_thumbnail: boolean }

const list = 'objects.ndjson'
const tellEvery = 1000

/** The files that the client sees. */
export async function listFiles(client: pg.Client): Promise<FileRow[]> {
  const { rows } = await client.query<FileRow>('select id, name, has_thumbnail from files order by id')
  return rows
}

/** Writes the objects of files, with a list of them. */
export async function writeObjects(
  { pool, objects, tell }: Reading,
  { files, folder }: { files: readonly FileRow[]; folder: string },
): Promise<Pick<Manifest, 'objects' | 'deletedFiles' | 'missingFiles'>> {
  const written: BackedUpObject[] = []
  const [deletedFiles, missingFiles]: [string[], string[]] = [[], []]
  const store = async (key: string): Promise<boolean> => {
    const bytes = await objects.open(key)
    if (bytes) written.push({ key, ...(await writeChecked(join(folder, 'objects', key), bytes)) })
    return bytes !== null
  }
  for (const [at, { id, name, has_thumbnail }] of files.entries()) {
    if (at > 0 && at % tellEvery === 0) tell(`${at} of ${files.length} files…`)
    if (has_thumbnail) await store(thumbnailKey(id))
    if (await store(contentKey(id))) continue
    const { rowCount } = await pool.query('select from files where id = $1', [id])
    if (rowCount === 0) deletedFiles.push(id)
    else {
      missingFiles.push(id)
      tell(`The bytes of the file ${name} (${id}) are not in the store.`)
    }
  }
  const bytes = written.reduce((sum, object) => sum + object.bytes, 0)
  tell(`${files.length - deletedFiles.length - missingFiles.length} files.`)
  return {
    objects: {
      count: written.length,
      bytes,
      list: await writeChecked(join(folder, list), linesOf(written)),
    },
    deletedFiles,
    missingFiles,
  }
}

/** The objects of a backup, whose list has been checked. */
export async function* listObjects(folder: string): AsyncIterable<BackedUpObject & { path: string }> {
  for await (const line of readLines(join(folder, list))) {
    const object = BackedUpObject.parse(line)
    // A backup may be anybody's: its keys name files of the store, and no path elsewhere.
    if (!isObjectKey(object.key))
      throw new Error(`The backup is damaged: ${JSON.stringify(object.key)} is no key of a file.`)
    yield { ...object, path: join(folder, 'objects', object.key) }
  }
}

/** Stores them; the backup stays as it is. `desk` is a folder beside the store's. */
export async function restoreObjects(objects: ObjectStore, folder: string, desk: string): Promise<void> {
  for await (const { key, path } of listObjects(folder)) {
    const copy = join(desk, key)
    await mkdir(dirname(copy), { recursive: true })
    await copyFile(path, copy)
    await objects.put(key, copy)
  }
}

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type DocumentReader, type FileType, type ReadFailure, type Reading, recogniseType } from './index.ts'

const fixtures = join(import.meta.dirname, 'fixtures')

/** The type that a fixture is recognised as. */
export async function typeOfFixture(name: string): Promise<FileType> {
  const type = await recogniseType(await readFile(join(fixtures, name)), name)
  if (!type) throw new Error(`${name} is not recognised.`)
  return type
}

/** What a fixture reads as; fails where it cannot be read. */
export async function readFixture(reader: DocumentReader, name: string): Promise<Reading> {
  const reading = await reader.read(join(fixtures, name), await typeOfFixture(name))
  if ('failure' in reading) throw new Error(`${name}: ${reading.failure}`)
  return reading
}

/** Reads bytes as a file of the media type. */
export async function readBytes(
  reader: DocumentReader,
  bytes: Uint8Array | string,
  mediaType: string,
): Promise<Reading | { failure: ReadFailure }> {
  const folder = await mkdtemp(join(tmpdir(), 'portal-reading-'))
  try {
    const path = join(folder, 'file')
    await writeFile(path, bytes)
    return await reader.read(path, { mediaType, kind: 'document' })
  } finally {
    await rm(folder, { recursive: true })
  }
}

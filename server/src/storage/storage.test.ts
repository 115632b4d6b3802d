import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import S3rver from 's3rver'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createFolderStore, createS3Store, type ObjectStore } from './index.ts'

let directory: string
let server: S3rver
let bucket: ObjectStore
let folder: ObjectStore

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'portal-storage-'))
  server = new S3rver({
    ...{ port: 0, address: '127.0.0.1', silent: true, directory: join(directory, 's3') },
    configureBuckets: [{ name: 'portal', configs: [] }],
  })
  const { port } = await server.run()
  bucket = await createS3Store({
    ...{ bucket: 'portal', region: 'us-east-1', endpoint: `http://127.0.0.1:${port}` },
    credentials: { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' },
  })
  folder = createFolderStore(join(directory, 'objects'))
})
afterAll(async () => {
  await server?.close()
  await rm(directory, { recursive: true, force: true })
})

const content = Buffer.from(Array.from({ length: 100_000 }, (_, i) => i % 251))

async function aLocalFile(bytes: Uint8Array = content): Promise<string> {
  const path = join(directory, `upload-${crypto.randomUUID()}`)
  await writeFile(path, bytes)
  return path
}

const bytesOf = async (store: ObjectStore, key: string, range?: { first: number; last: number }) => {
  const stream = await store.open(key, range)
  return stream && (await buffer(stream))
}

describe.each([
  ['a folder', () => folder],
  ['a bucket', () => bucket],
])('[FS5] %s', (_, store) => {
  test('gives what it was given, whole and in part, and takes the local file', async () => {
    const path = await aLocalFile()
    await store().put('files/fil_whole', path)
    expect(await bytesOf(store(), 'files/fil_whole')).toEqual(content)
    expect(await bytesOf(store(), 'files/fil_whole', { first: 10, last: 19 })).toEqual(
      content.subarray(10, 20),
    )
    expect(await bytesOf(store(), 'files/fil_whole', { first: 99_999, last: 99_999 })).toHaveLength(1)
    await expect(stat(path)).rejects.toThrow('ENOENT')
  })

  test('has no bytes of what is not there, and deletes it as if it were', async () => {
    expect(await bytesOf(store(), 'files/fil_none')).toBeNull()
    expect(await store().localCopy('files/fil_none')).toBeNull()
    await store().delete('files/fil_none')
  })

  test('lends a local copy, which is gone once it is given back where it was made for that', async () => {
    await store().put('files/fil_lent', await aLocalFile())
    const copy = await store().localCopy('files/fil_lent')
    expect(await readFile(copy?.path ?? '')).toEqual(content)
    await copy?.release()
    expect(await bytesOf(store(), 'files/fil_lent')).toEqual(content)
  })

  test('deletes', async () => {
    await store().put('files/fil_gone', await aLocalFile())
    await store().delete('files/fil_gone')
    expect(await bytesOf(store(), 'files/fil_gone')).toBeNull()
  })

  test('keeps an empty one', async () => {
    await store().put('files/fil_empty', await aLocalFile(new Uint8Array()))
    expect(await bytesOf(store(), 'files/fil_empty')).toHaveLength(0)
  })
})

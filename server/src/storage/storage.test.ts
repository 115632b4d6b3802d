import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createFolderStore, createS3Store, type ObjectStore, type S3Settings } from './index.ts'
import { bucketName, credentials, region, startTestS3 } from './test-s3.ts'

let directory: string
let server: Awaited<ReturnType<typeof startTestS3>>
let bucket: ObjectStore
let folder: ObjectStore

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'portal-storage-'))
  server = await startTestS3(join(directory, 's3'))
  bucket = await aBucket()
  folder = createFolderStore(join(directory, 'objects'))
})
afterAll(async () => {
  await server?.close()
  await rm(directory, { recursive: true, force: true })
})

const aBucket = (settings: Partial<S3Settings> = {}): Promise<ObjectStore> =>
  createS3Store({ bucket: bucketName, region, endpoint: server.url, credentials, ...settings })

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

describe('[FS5] a server that checks signatures', () => {
  test('finds every request signed, to a bucket in the path, with the digest of its body or that there is none', async () => {
    const before = server.seen.length
    await bucket.put('files/fil_signed', await aLocalFile())
    expect(await bytesOf(bucket, 'files/fil_signed', { first: 1, last: 2 })).toEqual(content.subarray(1, 3))
    await bucket.delete('files/fil_signed')
    const seen = server.seen.slice(before)
    expect(seen.map(({ method }) => method)).toEqual(['PUT', 'GET', 'DELETE'])
    for (const { path, headers, isTrue } of seen) {
      expect(path).toMatch(/^\/portal\/files\/fil_signed(\?|$)/)
      expect(headers['x-amz-content-sha256']).toMatch(/^([0-9a-f]{64}|UNSIGNED-PAYLOAD)$/)
      expect(isTrue).toBe(true)
    }
    expect(seen[1]?.headers.range).toBe('bytes=1-2')
  })

  test.each(['files/a b+c.txt', 'files/ä 日本 🦩', "files/~!*'()&=@:;,$", 'files/100%25_%', 'files/?x=1#y'])(
    'takes the key %s',
    async (key) => {
      await bucket.put(key, await aLocalFile())
      expect(await bytesOf(bucket, key)).toEqual(content)
      expect(await bytesOf(bucket, key, { first: 5, last: 9 })).toEqual(content.subarray(5, 10))
      await bucket.delete(key)
      expect(await bytesOf(bucket, key)).toBeNull()
    },
  )

  test.each([
    [
      'secret',
      { credentials: { ...credentials, secretAccessKey: 'a wrong secret' } },
      'S3_SECRET_ACCESS_KEY',
    ],
    ['key', { credentials: { ...credentials, accessKeyId: 'NOBODY' } }, 'S3_ACCESS_KEY_ID'],
    ['bucket', { bucket: 'elsewhere' }, 'S3_BUCKET'],
    ['region', { region: 'us-east-1' }, 'S3_REGION'],
  ])('refuses a wrong %s, and the log says which setting it is', async (_, settings, name) => {
    const wrong = await aBucket(settings)
    const path = await aLocalFile()
    const attempts = [
      () => wrong.put('files/fil_refused', path),
      () => wrong.open('files/fil_refused'),
      () => wrong.localCopy('files/fil_refused'),
      () => wrong.delete('files/fil_refused'),
    ]
    for (const attempt of attempts) {
      await expect(attempt()).rejects.toMatchObject({
        code: 'unavailable',
        message: expect.not.stringContaining('S3'),
        detail: expect.stringContaining(name),
      })
    }
    await stat(path)
    expect(await bytesOf(bucket, 'files/fil_refused')).toBeNull()
  })

  test('is not fooled: no signature, one for something else, and another body are refused', async () => {
    await bucket.put('files/fil_mine', await aLocalFile())
    await bytesOf(bucket, 'files/fil_mine')
    const { host: _, connection: __, ...headers } = server.seen.at(-1)?.headers ?? {}
    const ask = async (key: string, init: RequestInit = {}) =>
      (await fetch(`${server.url}/portal/files/${key}`, init)).status
    expect(await ask('fil_mine?x-id=GetObject', { headers })).toBe(200)
    expect(await ask('fil_mine')).toBe(403)
    expect(await ask('fil_other?x-id=GetObject', { headers })).toBe(403)
    expect(await ask('fil_mine?x-id=GetObject', { headers, method: 'DELETE' })).toBe(403)
    expect(await ask('fil_mine?x-id=GetObject', { headers, method: 'PUT', body: 'x' })).toBe(400)
  })
})

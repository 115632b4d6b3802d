import { createReadStream, createWriteStream } from 'node:fs'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { AppError } from '../errors.ts'
import type { ByteRange, ObjectStore } from './object-store.ts'

export type S3Settings = {
  bucket: string
  region: string
  /** A server that speaks S3 instead of Amazon's. */
  endpoint: string | null
  /** Without them the machine's own: its role, or the usual files. */
  credentials: { accessKeyId: string; secretAccessKey: string } | null
}

/** Objects in a bucket. Amazon's client is loaded here alone: whoever needs none pays for none. */
export async function createS3Store(settings: S3Settings): Promise<ObjectStore> {
  const { S3Client, PutObjectCommand, GetObjectCommand, DeleteObjectCommand, NoSuchKey } = await import(
    '@aws-sdk/client-s3'
  )
  const { bucket: Bucket, region, endpoint, credentials } = settings
  const client = new S3Client({
    region,
    ...(endpoint && { endpoint, forcePathStyle: true }),
    ...(credentials && { credentials }),
    // Other servers than Amazon's know no checksums that trail the body.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    maxAttempts: 3,
  })

  async function get(Key: string, range?: ByteRange): Promise<Readable | null> {
    try {
      const Range = range && `bytes=${range.first}-${range.last}`
      const { Body } = await client.send(new GetObjectCommand({ Bucket, Key, ...(Range && { Range }) }))
      return (Body as Readable | undefined) ?? null
    } catch (error) {
      if (error instanceof NoSuchKey) return null
      throw reasonOf(error)
    }
  }

  return {
    async put(Key, path) {
      const { size } = await stat(path)
      const Body = createReadStream(path)
      await client.send(new PutObjectCommand({ Bucket, Key, Body, ContentLength: size })).catch(refuse)
      await rm(path, { force: true })
    },
    open: get,
    async localCopy(key) {
      const body = await get(key)
      if (!body) return null
      const directory = await mkdtemp(join(tmpdir(), 'portal-object-'))
      const release = () => rm(directory, { recursive: true, force: true })
      try {
        const path = join(directory, 'object')
        await pipeline(body, createWriteStream(path, { mode: 0o600 }))
        return { path, release }
      } catch (error) {
        await release()
        throw error
      }
    },
    async delete(Key) {
      await client.send(new DeleteObjectCommand({ Bucket, Key })).catch(refuse)
    },
  }
}

/** What S3 calls it when it is the settings that are wrong, and which of them. */
const settingsAtFault: Record<string, string> = {
  SignatureDoesNotMatch: 'S3_SECRET_ACCESS_KEY',
  InvalidAccessKeyId: 'S3_ACCESS_KEY_ID',
  AccessDenied: 'what S3_ACCESS_KEY_ID may do in S3_BUCKET',
  AuthorizationHeaderMalformed: 'S3_REGION',
  PermanentRedirect: 'S3_REGION',
  NoSuchBucket: 'S3_BUCKET',
}

/** Names the setting for the operator; whoever asked for a file learns only that it is not their fault. */
function reasonOf(error: unknown): unknown {
  const name = error instanceof Error ? error.name : ''
  const setting = settingsAtFault[name]
  if (setting === undefined) return error
  return new AppError('unavailable', {
    message: 'Files cannot be stored or read at the moment. Try again later.',
    detail: `The storage answers ${name}: check ${setting}.`,
    cause: error,
  })
}

const refuse = (error: unknown): never => {
  throw reasonOf(error)
}

// A bucket whose server checks signatures. s3rver keeps the objects, but takes any secret: in front of it stands a
// door that signs each request once more, with Amazon's own signer, and compares.
import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { SignatureV4 } from '@smithy/signature-v4'
import S3rver from 's3rver'

export const bucketName = 'portal'
export const region = 'eu-north-1'
export const credentials = { accessKeyId: 'PORTALKEY', secretAccessKey: 'the/right+secret' }

// What s3rver itself calls its only account.
const inner = { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' }

/** What the door has seen of a request. */
export type Seen = { method: string; path: string; headers: Record<string, string>; isTrue: boolean }

type Sha256Data = string | ArrayBuffer | ArrayBufferView

/** SHA-256 as the signer wants it, an HMAC where there is a secret. */
class Sha256 {
  readonly #hash
  constructor(secret?: Sha256Data) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', bytesOf(secret))
  }
  update(data: Sha256Data): void {
    this.#hash.update(bytesOf(data))
  }
  async digest(): Promise<Uint8Array> {
    return this.#hash.digest()
  }
  reset(): void {
    throw new Error('A hash is used once.')
  }
}

function bytesOf(data: Sha256Data): Uint8Array {
  if (typeof data === 'string') return Buffer.from(data)
  return data instanceof ArrayBuffer
    ? new Uint8Array(data)
    : new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
}

const signerOf = (keys: typeof credentials) =>
  new SignatureV4({
    ...{ service: 's3', region, credentials: keys, sha256: Sha256 },
    // S3 alone encodes paths once.
    ...{ uriEscapePath: false, applyChecksum: false },
  })
const [signer, innerSigner] = [signerOf(credentials), signerOf(inner)]

/** A request as the signer knows requests, with those headers of it that its sender signed. */
function signable({ method = '', url = '' }: IncomingMessage, headers: Record<string, string>) {
  // As it came: an URL parser would make the path its own.
  const [path = '', search = ''] = url.split('?')
  const query = Object.fromEntries(new URLSearchParams(search))
  return { method, headers, query, path, hostname: 'localhost', protocol: 'http:' }
}

const authorizationForm =
  /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/

const mustBeSigned = ['host', 'x-amz-content-sha256', 'x-amz-date']

/** Why a request is refused by S3's own codes; null where its signature is right. */
async function faultOf(req: IncomingMessage, body: Buffer): Promise<string | null> {
  const told = authorizationForm.exec(req.headers.authorization ?? '')
  if (!told) return 'AccessDenied'
  const [, keyId, , toldRegion, names = '', signature = ''] = told
  if (keyId !== credentials.accessKeyId) return 'InvalidAccessKeyId'
  const signed = names.split(';')
  const date = dateOf(String(req.headers['x-amz-date']))
  if (toldRegion !== region) return 'AuthorizationHeaderMalformed'
  if (!date || !mustBeSigned.every((name) => signed.includes(name))) return 'AccessDenied'
  if (!isDigestOf(body, String(req.headers['x-amz-content-sha256']))) return 'XAmzContentSHA256Mismatch'
  const headers = Object.fromEntries(signed.map((name) => [name, String(req.headers[name])]))
  const again = await signer.sign(signable(req, headers), {
    signingDate: date,
    signableHeaders: new Set(signed),
    unsignableHeaders: new Set(),
  })
  const expected = authorizationForm.exec(again.headers.authorization ?? '')?.[5] ?? ''
  return timingSafeEqual(Buffer.from(expected), Buffer.from(signature)) ? null : 'SignatureDoesNotMatch'
}

function dateOf(told: string): Date | null {
  const date = new Date(told.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'))
  return Math.abs(date.getTime() - Date.now()) < 15 * 60_000 ? date : null
}

const isDigestOf = (body: Buffer, told: string): boolean =>
  told === 'UNSIGNED-PAYLOAD' || told === createHash('sha256').update(body).digest('hex')

const statusOf = (fault: string): number => (/Mismatch|Malformed/.test(fault) ? 400 : 403)

/** Starts it, with one empty bucket; objects lie below the directory. */
export async function startTestS3(directory: string) {
  const keeper = new S3rver({
    ...{ port: 0, address: '127.0.0.1', silent: true, directory },
    configureBuckets: [{ name: bucketName, configs: [] }],
  })
  const { port } = await keeper.run()
  const seen: Seen[] = []

  async function answer(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const body = await buffer(req)
    const fault = await faultOf(req, body)
    const { method = '', url = '' } = req
    seen.push({ method, path: url, headers: req.headers as Record<string, string>, isTrue: fault === null })
    if (fault === null) await passOn(req, res, body)
    else refuse(res, fault)
  }

  /** Under the name that s3rver knows. */
  async function passOn(req: IncomingMessage, res: ServerResponse, body: Buffer): Promise<void> {
    const { authorization: _, ...headers } = req.headers as Record<string, string>
    const signed = await innerSigner.sign(signable(req, headers))
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const options = { port, host: '127.0.0.1', method: req.method, path: req.url, headers: signed.headers }
    request(options, (answered) => {
      res.writeHead(answered.statusCode ?? 500, answered.headers)
      answered.pipe(res).on('finish', resolve)
    })
      .on('error', reject)
      .end(body)
    await promise
  }

  const door = createServer((req, res) => {
    answer(req, res).catch((error: unknown) => res.destroy(error as Error))
  })
  await new Promise<void>((resolve) => door.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(door.address() as AddressInfo).port}`,
    seen,
    async close() {
      door.closeAllConnections()
      door.close()
      await keeper.close()
    },
  }
}

function refuse(res: ServerResponse, code: string): void {
  const body = `<?xml version="1.0"?><Error><Code>${code}</Code><Message>Refused.</Message></Error>`
  res.writeHead(statusOf(code), { 'content-type': 'application/xml' }).end(body)
}

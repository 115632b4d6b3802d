// The web app, as browsers get it: its files, and one page for every path that somebody navigates to.
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import { type BuiltFile, readBuild } from './build.ts'
import { framePolicy, newNonce, pagePolicy } from './content-security-policy.ts'

/** How the web app is served. */
export type Pages = {
  /** False where the web app was not built: then nothing is served. */
  isBuilt: boolean
  /** Sends the file that has this path; false where none has, or where it is not asked for by GET or HEAD. */
  sendFile(req: IncomingMessage, res: ServerResponse, path: string): boolean
  /** The app's page, where a browser navigates to one of its paths. */
  pageFor(req: IncomingMessage, path: string): Response | null
}

/** Where the build puts a nonce's place. */
const noncePlace = '__CSP_NONCE__'
/** Paths that are never the app's: a wrong one there is an error, not a page. */
const notPages = /^\/(api|assets|dev|frames)(\/|$)/
/** What is for those alone who have the link. */
const unlisted = /^\/share\//
const yearSeconds = 31_536_000

/** Reads the build of the web app from a folder. */
export async function openPages(folder: string): Promise<Pages> {
  const build = await readBuild(folder)
  return {
    isBuilt: build !== null,
    sendFile(req, res, path) {
      const file = isRead(req) ? build?.files.get(path) : undefined
      if (!file) return false
      sendBuiltFile(req, res, file)
      return true
    },
    pageFor(req, path) {
      if (!build || !isRead(req) || notPages.test(path) || !wantsHtml(req.headers)) return null
      const nonce = newNonce()
      return new Response(build.index.replaceAll(noncePlace, nonce), {
        headers: {
          'content-type': 'text/html; charset=utf-8',
          'content-security-policy': pagePolicy(nonce),
          'cache-control': 'no-cache',
          ...(unlisted.test(path) && { 'x-robots-tag': 'noindex' }),
        },
      })
    },
  }
}

const isRead = ({ method }: IncomingMessage): boolean => method === 'GET' || method === 'HEAD'

/** Browsers name HTML when they navigate; programs that take anything get the API's errors. */
const wantsHtml = ({ accept = '' }: IncomingHttpHeaders): boolean => accept.includes('text/html')

function sendBuiltFile(req: IncomingMessage, res: ServerResponse, file: BuiltFile): void {
  res.appendHeader('vary', 'accept-encoding')
  res.setHeader(
    'cache-control',
    file.isImmutable ? `public, max-age=${yearSeconds}, immutable` : 'public, no-cache',
  )
  // They are public; a frame's scripts are asked for by an origin that is none.
  if (file.isImmutable) res.setHeader('access-control-allow-origin', '*')
  if (file.isFrame) {
    res.setHeader('content-security-policy', framePolicy)
    res.setHeader('x-frame-options', 'SAMEORIGIN')
  }
  res.setHeader('etag', file.etag)
  if (req.headers['if-none-match'] === file.etag) {
    res.writeHead(304).end()
    return
  }
  const { body, encoding } = encoded(file, req.headers)
  if (encoding) res.setHeader('content-encoding', encoding)
  res.writeHead(200, { 'content-type': file.contentType, 'content-length': body.length })
  res.end(req.method === 'HEAD' ? undefined : body)
}

function encoded(file: BuiltFile, headers: IncomingHttpHeaders): { body: Buffer; encoding?: string } {
  const accepted = String(headers['accept-encoding'] ?? '')
  if (file.brotli && /\bbr\b(?!;q=0(\.0*)?(,|$))/.test(accepted)) return { body: file.brotli, encoding: 'br' }
  if (file.gzip && /\bgzip\b(?!;q=0(\.0*)?(,|$))/.test(accepted)) return { body: file.gzip, encoding: 'gzip' }
  return { body: file.content }
}

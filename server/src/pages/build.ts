// What the build of the web app consists of. It is read once: only these files can ever be served.
import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { extname, join, relative, sep } from 'node:path'

/** A file as it may be sent: as it is, and compressed where the build has that. */
export type BuiltFile = {
  contentType: string
  /** Its name holds a hash of its content, so it never changes. */
  isImmutable: boolean
  /** A document that pages of the app show within themselves. */
  isFrame: boolean
  etag: string
  content: Buffer
  brotli: Buffer | undefined
  gzip: Buffer | undefined
}

/** The files by the path they are asked for; `index` is the page that every path of the app gets. */
export type Build = { files: ReadonlyMap<string, BuiltFile>; index: string }

const contentTypes: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
}

/** Reads a build into memory; null where there is none. */
export async function readBuild(folder: string): Promise<Build | null> {
  const index = await readFile(join(folder, 'index.html'), 'utf8').catch(() => null)
  if (index === null) return null
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const names = entries
    .filter((entry) => entry.isFile() && extname(entry.name) in contentTypes)
    .map(({ parentPath, name }) => relative(folder, join(parentPath, name)))
    .filter((name) => name !== 'index.html')
  const files = await Promise.all(names.map((name) => readBuiltFile(folder, name)))
  return { index, files: new Map(files) }
}

async function readBuiltFile(folder: string, name: string): Promise<[string, BuiltFile]> {
  const path = join(folder, name)
  const [content, brotli, gzip] = await Promise.all([
    readFile(path),
    readFile(`${path}.br`).catch(() => undefined),
    readFile(`${path}.gz`).catch(() => undefined),
  ])
  const hash = createHash('sha256').update(content).digest('base64url')
  const urlPath = `/${name.split(sep).join('/')}`
  return [
    urlPath,
    {
      contentType: contentTypes[extname(name)] ?? 'application/octet-stream',
      isImmutable: urlPath.startsWith('/assets/'),
      isFrame: urlPath.startsWith('/frames/'),
      etag: `"${hash.slice(0, 22)}"`,
      ...{ content, brotli, gzip },
    },
  ]
}

// Builds the web app into web/dist, unless the build that is there was made from the same sources.
import { createHash } from 'node:crypto'
import { globSync } from 'node:fs'
import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import type { Plugin } from 'vite'

const root = join(import.meta.dirname, '..')
const web = join(root, 'web')
const built = join(web, 'dist')
const stamp = 'sources.sha256'
const compressible = /\.(js|css|svg|json|txt|webmanifest)$/
const compressedBytesMin = 1024

const fingerprint = await fingerprintOfSources()
if ((await presentFingerprint()) !== fingerprint) await buildAnew()

async function buildAnew(): Promise<void> {
  process.stdout.write('Building the web app…\n')
  // Into a folder of its own, then moved: what is being served is never half a build.
  const folder = join(root, 'dist', `web.${process.pid}`)
  try {
    await bundle(folder)
    await bundleFrames(folder)
    await compressFiles(folder)
    await writeFile(join(folder, stamp), fingerprint)
    await replaceBuild(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function bundle(outDir: string): Promise<void> {
  // Whatever it is elsewhere, as in tests: React's other build is for its own developers.
  // biome-ignore lint/style/noProcessEnv: Vite and React read it from there
  process.env.NODE_ENV = 'production'
  // Loaded only where there is something to build: a start with a build that is current need not wait for it.
  const [{ build }, { default: react }] = await Promise.all([import('vite'), import('@vitejs/plugin-react')])
  await build({
    root: web,
    configFile: false,
    logLevel: 'warn',
    plugins: [react(), withoutJsonSchema()],
    // The server puts each answer's own nonce in its place.
    html: { cspNonce: '__CSP_NONCE__' },
    build: {
      ...{ outDir, emptyOutDir: true, assetsInlineLimit: 0, reportCompressedSize: false },
      // Grammars and diagrams are large, and loaded by who needs them: a test measures what pages load.
      chunkSizeWarningLimit: 2000,
      rolldownOptions: {
        output: {
          // Everybody loads the names of all files.
          chunkFileNames: 'assets/[hash:8].js',
          // What many pages use is one file: a few large ones compress better than many small ones.
          codeSplitting: {
            groups: [
              { name: 'shared', test: /node_modules|web.src.(ui|api)|[\\/]contract[\\/]/, minShareCount: 15 },
            ],
          },
        },
      },
    },
  })
}

/** Documents of their own within pages: apart, so that they share no file with a page and make none of its larger. */
async function bundleFrames(outDir: string): Promise<void> {
  const { build } = await import('vite')
  await build({
    ...{ root: web, configFile: false, logLevel: 'warn', publicDir: false },
    build: {
      ...{ outDir, emptyOutDir: false, assetsInlineLimit: 0, reportCompressedSize: false },
      chunkSizeWarningLimit: 2000,
      rolldownOptions: { input: globSync('frames/*.html', { cwd: web }).map((name) => join(web, name)) },
    },
  })
}

/** The browser checks by the schemas and never writes them down: zod's writer of JSON Schema stays out, 7 KB. */
function withoutJsonSchema(): Plugin {
  return {
    name: 'without-json-schema',
    async load(id) {
      if (!/zod\/v4\/core\/(to-json-schema|json-schema-processors)\.js$/.test(id)) return null
      const names = [...(await readFile(id, 'utf8')).matchAll(/^export (?:const|function) (\w+)/gm)]
      return names.map(([, name]) => `export const ${name} = () => () => ({})\n`).join('')
    },
  }
}

/** Beside every file that is worth it, the same in Brotli and gzip. */
async function compressFiles(folder: string): Promise<void> {
  const names = globSync('**/*', { cwd: folder }).filter((name) => compressible.test(name))
  await Promise.all(names.map((name) => compressFile(join(folder, name))))
}

async function compressFile(file: string): Promise<void> {
  const content = await readFile(file)
  if (content.length < compressedBytesMin) return
  const params = { [constants.BROTLI_PARAM_SIZE_HINT]: content.length }
  const [brotli, gzipped] = await Promise.all([
    promisify(brotliCompress)(content, { params }),
    promisify(gzip)(content, { level: 9 }),
  ])
  await Promise.all([writeFile(`${file}.br`, brotli), writeFile(`${file}.gz`, gzipped)])
}

/** Puts a build in the place of the one that is there; another process may be doing the same just now. */
async function replaceBuild(folder: string): Promise<void> {
  const old = `${folder}.old`
  await rename(built, old).catch(() => {})
  await rename(folder, built).catch(async (error: unknown) => {
    if ((await presentFingerprint()) !== fingerprint) throw error
  })
  await rm(old, { recursive: true, force: true })
}

async function presentFingerprint(): Promise<string | null> {
  return readFile(join(built, stamp), 'utf8').catch(() => null)
}

async function fingerprintOfSources(): Promise<string> {
  const names = [
    ...globSync('{web/src,web/frames,web/public,docs/guide}/**/*.*', { cwd: root }),
    ...globSync('{web/index.html,web/package.json,contract/*.ts,contract/package.json}', { cwd: root }),
    ...['scripts/build-web.ts', 'package-lock.json'],
  ].sort()
  const hash = createHash('sha256')
  for (const name of names) hash.update(`${name}\0`).update(await readFile(join(root, name)))
  return hash.digest('hex')
}

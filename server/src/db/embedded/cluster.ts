// Where the database files live, and how they come to be.
//
// Normally in DATA_DIR/postgres. Started as root, PostgreSQL has to run under another account, which cannot enter
// for example root's own 0700 home; then the files live under /var/lib/llm-portal and DATA_DIR/postgres is a symlink
// to them. (A user namespace would avoid the move, but containers forbid it by default.) The folder there has a
// random name, so that a deleted DATA_DIR can never lead back to the files of its predecessor.
import { randomBytes } from 'node:crypto'
import { chmod, lstat, mkdir, readdir, readFile, realpath, rename, rm, stat, symlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { DatabaseLog } from '../log.ts'
import { type Account, accountForPostgres } from './account.ts'
import { installedBinaries, prepareBinaries } from './binaries.ts'
import { give, giveAll, syncFolder, writePrivateFile } from './durable.ts'
import { abandonedBy, recordOwner } from './owner.ts'
import { isTaken } from './postmaster-pid.ts'
import { canReach } from './reach.ts'
import { run } from './run.ts'

const majorVersion = '18'
const placeForRoot = '/var/lib/llm-portal'
const unfinishedPrefix = '.postgres-new-'

/** Role and database of the portal in its private cluster. */
export const clusterUser = 'portal'
export const clusterDatabase = 'postgres'

/** An initialised cluster and what is needed to run it. */
export interface Cluster {
  /** Holds `data`, `password`, `id` and `log`; a real path. */
  folder: string
  /** PostgreSQL's own data directory. */
  data: string
  /** Random name of this very cluster, gone when it is deleted. */
  id: string
  password: string
  /** Folder with `bin/postgres` that `account` can run. */
  binaries: string
  account: Account | undefined
}

/** What `ensureCluster` needs; `binaries` is the folder of installed ones, unless it is the package's. */
export interface ClusterOptions {
  dataDir: string
  log: DatabaseLog
  binaries?: string | undefined
  /** False for throwaway clusters: their creation does not wait for the disk. */
  durable?: boolean | undefined
}

/** Opens the cluster of a data directory, or creates it; an interrupted creation is swept up and begun anew. */
export async function ensureCluster(options: ClusterOptions): Promise<Cluster> {
  const installed = options.binaries ?? installedBinaries()
  await mkdir(options.dataDir, { recursive: true, mode: 0o700 })
  const dataDir = await realpath(options.dataDir)
  const entry = join(dataDir, 'postgres')
  const existing = await resolveEntry(entry)
  const account = await accountForPostgres(existing ? (await stat(join(existing, 'data'))).uid : undefined)
  if (account) await letPass(dataDir)
  const place = existing ? dirname(existing) : await choosePlace(dataDir, account)
  const binaries = await prepareBinaries(installed, place, account)
  await sweepUnfinished(place)
  const folder =
    existing ?? (await create({ entry, place, binaries, account, durable: options.durable ?? true }))
  if (place !== dataDir) {
    await recordOwner(folder, dataDir)
    for (const other of await abandonedBy(dataDir, folder)) {
      options.log.warn(
        { folder: other },
        `${dataDir} has left a database behind in ${other}; delete it when it is not needed`,
      )
    }
  }
  return openCluster(folder, binaries, account)
}

async function openCluster(folder: string, binaries: string, account: Account | undefined): Promise<Cluster> {
  const data = join(folder, 'data')
  // Copied here by root, or by an image whose accounts had other ids.
  if (account && (await stat(data)).uid !== account.uid) {
    await giveAll(data, account)
    await chmod(data, 0o700)
  }
  if (!(await canReach(account, data, 'enter'))) {
    throw new Error(
      `The user ${account?.name ?? process.getuid?.()} that PostgreSQL runs as cannot enter ${data}. Move the data directory to a place it can, or start the portal as the owner of that folder.`,
    )
  }
  const version = (await readFile(join(data, 'PG_VERSION'), 'utf8')).trim()
  if (version !== majorVersion) {
    throw new Error(
      `The database in ${data} was made by PostgreSQL ${version}; this release brings ${majorVersion}. Back it up with the release that made it and restore it with this one.`,
    )
  }
  const [id, password] = await Promise.all(['id', 'password'].map((name) => readOwn(folder, name)))
  return { folder, data, id: id ?? '', password: password ?? '', binaries, account }
}

async function readOwn(folder: string, name: string): Promise<string> {
  try {
    return (await readFile(join(folder, name), 'utf8')).trim()
  } catch (cause) {
    throw new Error(
      `The database in ${folder} cannot be used without its file ${name}: ${String(cause)}. Restore it from a backup.`,
      { cause },
    )
  }
}

/** The real folder behind DATA_DIR/postgres; undefined when there is none yet. */
async function resolveEntry(entry: string): Promise<string | undefined> {
  const found = await lstat(entry).catch(() => undefined)
  if (!found) return undefined
  const folder = await realpath(entry).catch((cause) => {
    throw new Error(
      `${entry} points to a database that is gone. Restore that folder, or delete the link to begin with an empty database.`,
      { cause },
    )
  })
  await stat(join(folder, 'data')).catch((cause) => {
    throw new Error(
      `${folder} is not a database of the portal, or this user may not look into it (${cause.code}). Start the portal as the user that did so first, or move that folder away.`,
      { cause },
    )
  })
  return folder
}

/** Lets other accounts pass through our own data directory (not list it); what is in it guards itself. */
async function letPass(dataDir: string): Promise<void> {
  const { mode } = await stat(dataDir)
  if ((mode & 0o011) !== 0o011) await chmod(dataDir, (mode & 0o7777) | 0o011)
}

async function choosePlace(dataDir: string, account: Account | undefined): Promise<string> {
  if (await canReach(account, dataDir, 'enter')) return dataDir
  try {
    await mkdir(placeForRoot, { recursive: true, mode: 0o755 })
    if (await canReach(account, placeForRoot, 'enter')) return placeForRoot
    throw new Error(`${placeForRoot} is out of its reach too`)
  } catch (cause) {
    throw new Error(
      `The user ${account?.name} that PostgreSQL runs as cannot reach ${dataDir} (${String(cause)}). Set DATA_DIR to a folder it can reach, start the portal as an ordinary user, or set DATABASE_URL.`,
      { cause },
    )
  }
}

interface NewCluster {
  entry: string
  place: string
  binaries: string
  account: Account | undefined
  durable: boolean
}

/** Initialises under a temporary name and renames when all is on disk: what has its final name is whole. */
async function create(options: NewCluster): Promise<string> {
  const { entry, place, account } = options
  const id = randomBytes(6).toString('hex')
  const unfinished = join(place, `${unfinishedPrefix}${process.pid}-${id}`)
  const folder = place === dirname(entry) ? entry : join(place, id)
  try {
    // Only `data` and the password become the account's: in a folder of its own it could plant links for root.
    await mkdir(unfinished, { mode: account ? 0o711 : 0o700 })
    await mkdir(join(unfinished, 'data'), { mode: 0o700 })
    await give(join(unfinished, 'data'), account)
    await writePrivateFile(join(unfinished, 'id'), id)
    await writePrivateFile(join(unfinished, 'password'), randomBytes(32).toString('base64url'))
    await give(join(unfinished, 'password'), account)
    await initialise(unfinished, options)
    await syncFolder(unfinished)
    await rename(unfinished, folder)
    await syncFolder(place)
    if (folder !== entry) await symlink(folder, entry)
    await syncFolder(dirname(entry))
    return folder
  } catch (cause) {
    const winner = await realpath(entry).catch(() => undefined)
    if (winner && winner !== folder) await rm(folder, { recursive: true, force: true })
    if (winner) return winner // another process started at the same moment and was quicker
    throw new Error(`The database could not be created in ${folder}: ${messageOf(cause)}`, { cause })
  } finally {
    await rm(unfinished, { recursive: true, force: true })
  }
}

async function initialise(folder: string, { binaries, account, durable }: NewCluster): Promise<void> {
  await run(
    join(binaries, 'bin/initdb'),
    [
      `--pgdata=${join(folder, 'data')}`,
      `--username=${clusterUser}`,
      `--pwfile=${join(folder, 'password')}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale=C',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--no-instructions',
      ...(durable ? [] : ['--no-sync']),
    ],
    account,
  )
}

/** Removes what interrupted creations left, but nothing that another living process may be at. */
async function sweepUnfinished(place: string): Promise<void> {
  for (const name of await readdir(place)) {
    if (!name.startsWith(unfinishedPrefix)) continue
    const maker = Number(name.slice(unfinishedPrefix.length).split('-')[0])
    const path = join(place, name)
    const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Date.now() }))
    // Ids of processes are used again, above all in containers: after a while the name proves nothing.
    const stale = Date.now() - mtimeMs > 600_000
    // An initdb whose portal was killed may still write there; what it keeps from going now goes next time.
    if (stale || !isTaken(maker))
      await rm(path, { recursive: true, force: true, maxRetries: 5 }).catch(() => {})
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

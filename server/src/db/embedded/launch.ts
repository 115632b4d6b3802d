import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Cluster } from './cluster.ts'
import { whyNoAnswer } from './connection.ts'
import { passStaleLock, readPidFile } from './postmaster-pid.ts'
import { identityOf, postgresEnvironment } from './run.ts'
import { ensureSocketDir } from './socket-dir.ts'

const pollMs = 10
const logSizeBytesMax = 5_000_000

/** How to run a cluster; `settings` come after our own and win over them. */
export interface Launch {
  cluster: Cluster
  socketDir: string
  settings: Record<string, string>
}

/** A server that answers. */
export interface Postmaster {
  pid: number
  socketDir: string
  /** True when it was running before we came. */
  attached: boolean
  /** Resolves when its process has ended. */
  ended: Promise<void>
}

const ownSettings = {
  listen_addresses: '',
  unix_socket_permissions: '0700',
  max_connections: '50',
  shared_buffers: '128MB',
  wal_level: 'replica',
  max_wal_size: '512MB',
  timezone: 'UTC',
  log_timezone: 'UTC',
  lc_messages: 'C',
  // Failed statements are the portal's to log; here they would put customers' data into another file.
  log_min_messages: 'log',
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
  log_checkpoints: 'off',
}

/**
 * Starts a server; resolves to it, or to the reason (a text) why it may succeed a moment later.
 * @throws with what its log says when waiting would not help.
 */
export async function launch(options: Launch): Promise<Postmaster | string> {
  const { cluster, socketDir } = options
  await passStaleLock(cluster.data)
  await ensureSocketDir(socketDir, cluster.account) // again each time: whoever stopped a server took it away
  const log = await openLog(cluster)
  try {
    const child = await spawnServer(options, log.fd)
    const { pid } = child
    const ended = once(child, 'exit').then(() => {})
    if (pid && (await untilReady(child, cluster, socketDir))) {
      return { pid, socketDir, attached: false, ended }
    }
    const said = (await readFile(log.path, 'utf8')).slice(log.sizeBytes).trim()
    if (isPassing(said)) return said
    throw new Error(`PostgreSQL could not start in ${cluster.data}: ${said}`)
  } finally {
    await log.close()
  }
}

async function spawnServer({ cluster, socketDir, settings }: Launch, logFd: number): Promise<ChildProcess> {
  // "-D data -k" in this order is how isPostmaster knows the process again.
  const child = spawn(
    join(cluster.binaries, 'bin/postgres'),
    [
      ...['-D', cluster.data, '-k', socketDir],
      ...Object.entries({ ...ownSettings, ...settings }).flatMap(([name, value]) => [
        '-c',
        `${name}=${value}`,
      ]),
    ],
    {
      ...identityOf(cluster.account),
      cwd: '/',
      env: postgresEnvironment,
      // A group of its own: the terminal's Ctrl-C must not end the database before the portal has drained.
      detached: true,
      stdio: ['ignore', logFd, logFd],
    },
  )
  await once(child, 'spawn').catch((cause) => {
    throw new Error(`PostgreSQL could not be started: ${String(cause)}. Set DATABASE_URL to use another.`, {
      cause,
    })
  })
  child.unref()
  return child
}

/** False when the process ended first. Recovery after a crash may take long; it ends by itself either way. */
async function untilReady(child: ChildProcess, cluster: Cluster, socketDir: string): Promise<boolean> {
  while (child.exitCode === null && child.signalCode === null) {
    const file = await readPidFile(cluster.data)
    const ready = file !== undefined && file.pid === child.pid && file.status === 'ready'
    if (ready && !(await whyNoAnswer(cluster, socketDir))) return true
    await sleep(pollMs)
  }
  return false
}

function isPassing(said: string): boolean {
  return /lock file ".*" already exists|could not create lock file|shared memory block .* still in use/.test(
    said,
  )
}

async function openLog({ folder }: Cluster) {
  const path = join(folder, 'log')
  const file = await open(path, 'a', 0o600)
  const { size } = await file.stat()
  if (size > logSizeBytesMax) await file.truncate()
  return {
    path,
    fd: file.fd,
    sizeBytes: size > logSizeBytesMax ? 0 : size,
    close: () => file.close(),
  }
}

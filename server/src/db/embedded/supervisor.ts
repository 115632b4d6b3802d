// Starts the private PostgreSQL server, or takes over the one that an earlier process of ours left running, and
// brings it back when it dies. Several processes may use one cluster at a time (the server and an operator's
// command): the last one that leaves shuts it down.
import { randomBytes } from 'node:crypto'
import { rmdir } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import type { DatabaseLog } from '../log.ts'
import { ensureCluster } from './cluster.ts'
import { ask, asker, connectionOf } from './connection.ts'
import type { Launch, Postmaster } from './launch.ts'
import { bringUp, shutDown } from './postmaster.ts'
import { socketDirOf } from './socket-dir.ts'

/** Where the database lives, and for tests other binaries or settings than the usual ones. */
export interface EmbeddedOptions {
  dataDir: string
  log: DatabaseLog
  binaries?: string
  settings?: Record<string, string>
}

/** The private server, as long as this process uses it. */
export interface EmbeddedPostgres {
  /** Reaches the server over its unix socket; its `application_name` marks our own sessions. */
  clientConfig: pg.ClientConfig
  /** True when the server was running already. */
  attached: boolean
  /** PostgreSQL's own data directory. */
  clusterDir: string
  /** Shuts the server down unless other processes still have sessions on it. */
  stop(): Promise<void>
}

/**
 * Starts or re-attaches to the server of `dataDir` and keeps it running until `stop`.
 * @throws with a sentence that says what to do about it.
 */
export async function startEmbeddedPostgres(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const { log } = options
  const cluster = await ensureCluster({ ...options, durable: options.settings?.fsync !== 'off' })
  const launch: Launch = {
    cluster,
    socketDir: await socketDirOf(cluster),
    settings: options.settings ?? {},
  }
  const first = await bringUp(launch)
  log.info({ pid: first.pid, attached: first.attached, data: cluster.data }, 'the database is up')
  const clientConfig = {
    ...connectionOf(cluster, first.socketDir),
    application_name: `llm-portal ${randomBytes(4).toString('hex')}`,
  }
  const supervision = supervise({ ...launch, socketDir: first.socketDir }, first, log)
  return {
    clientConfig,
    attached: first.attached,
    clusterDir: cluster.data,
    async stop() {
      const current = await supervision.end()
      if (!current) return
      if (await othersConnected(clientConfig)) {
        log.info({ pid: current.pid }, 'the database stays up: other processes use it')
        return
      }
      await shutDown(current)
      await rmdir(current.socketDir).catch(() => {}) // not empty when another process has started it again
    },
  }
}

interface Supervision {
  /** Stops supervising; resolves to the server, if there is one. */
  end(): Promise<Postmaster | undefined>
}

function supervise(options: Launch, first: Postmaster, log: DatabaseLog): Supervision {
  const stopping = new AbortController()
  const { signal } = stopping
  const stopped = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
  let current: Postmaster | undefined = first

  async function keepUp(): Promise<void> {
    while (current) {
      await Promise.race([current.ended, stopped])
      if (signal.aborted) return
      log.error({ pid: current.pid }, 'the database process has ended; starting it again')
      current = await bringBack(options, signal, log)
    }
  }

  const keptUp = keepUp()
  return {
    async end() {
      stopping.abort()
      await keptUp
      return current
    },
  }
}

/** Tries until the server is up again, with growing pauses; undefined when stopped before that. */
async function bringBack(
  options: Launch,
  signal: AbortSignal,
  log: DatabaseLog,
): Promise<Postmaster | undefined> {
  const startedAt = Date.now()
  for (let pauseMs = 100; !signal.aborted; pauseMs = Math.min(2_000, pauseMs * 2)) {
    try {
      const server = await bringUp(options)
      log.info({ pid: server.pid, tookMs: Date.now() - startedAt }, 'the database is up again')
      return server
    } catch (error) {
      log.error({ err: error }, 'the database could not be started again; trying further')
    }
    await sleep(pauseMs, undefined, { signal, ref: false }).catch(() => {})
  }
  return undefined
}

/** Whether sessions other than ours are open; those that are just closing get a moment. */
async function othersConnected(clientConfig: pg.ClientConfig): Promise<boolean> {
  const others = `select 1 from pg_stat_activity where backend_type = 'client backend' and application_name <> all ($1)`
  return ask(clientConfig, async (client) => {
    for (let tries = 0; tries < 20; tries++) {
      const { rowCount } = await client.query(others, [[clientConfig.application_name, asker]])
      if (!rowCount) return false
      await sleep(50)
    }
    return true
  }).catch(() => false)
}

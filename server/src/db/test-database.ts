// Cheap, isolated databases for tests: one throwaway server for a run, one migrated template, one copy of it per test.
import { randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type pg from 'pg'
import { pino } from 'pino'
import { type EmbeddedPostgres, startEmbeddedPostgres } from './embedded/index.ts'
import { migrate } from './migrate.ts'
import { withClient } from './with-client.ts'

const template = 'migrated'

/** A throwaway server. */
export interface TestCluster {
  /** A new database with every migration applied (or empty), seen by nobody else. */
  createDatabase(options?: { empty?: boolean }): Promise<TestDatabase>
  /** Ends what was made with it, connections and all, and deletes its files. */
  stop(): Promise<void>
}

/** Both forms reach the same database. */
export interface TestDatabase {
  clientConfig: pg.ClientConfig
  /** Fit for `openDatabase({ url })` and DATABASE_URL. */
  url: string
}

/** Names the server that the test files of a run share, as JSON of how to reach it. */
export const sharedCluster = 'PORTAL_TEST_CLUSTER'

/** The server that this run shares, or one of its own where there is none. */
export async function startTestCluster(): Promise<TestCluster> {
  // biome-ignore lint/style/noProcessEnv: says how tests are run, not the portal.
  const shared = process.env[sharedCluster]
  return shared ? borrowCluster(JSON.parse(shared)) : startOwnCluster()
}

/**
 * Starts a server in a temporary folder. It does not survive a power cut (`fsync` is off), ends with this process,
 * and allows 300 connections.
 */
export async function startOwnCluster(): Promise<TestCluster & { clientConfig: pg.ClientConfig }> {
  const dataDir = mkdtempSync('/tmp/portal-test-')
  const settings = {
    fsync: 'off',
    synchronous_commit: 'off',
    full_page_writes: 'off',
    max_connections: '300',
    autovacuum: 'off',
  }
  const server = await startEmbeddedPostgres({ dataDir, log: pino({ level: 'silent' }), settings })
  const endWithUs = () => killNow(server, dataDir)
  process.once('exit', endWithUs)
  const { clientConfig } = server
  await prepareTemplate(clientConfig)
  return {
    clientConfig,
    ...borrowCluster(clientConfig),
    async stop() {
      // What a test left open must not keep the server up.
      await query(
        clientConfig,
        'select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid()',
      )
      await server.stop()
      process.off('exit', endWithUs)
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

function borrowCluster(clientConfig: pg.ClientConfig): TestCluster {
  const names: string[] = []
  return {
    async createDatabase({ empty = false } = {}) {
      const name = `test_${process.pid}_${randomBytes(4).toString('hex')}`
      names.push(name)
      await query(clientConfig, `create database ${name} template ${empty ? 'template0' : template}`)
      const ours = { ...clientConfig, database: name }
      return { clientConfig: ours, url: urlOf(ours) }
    },
    async stop() {
      for (const name of names.splice(0))
        await query(clientConfig, `drop database if exists ${name} with (force)`)
    },
  }
}

/** The server as it comes with the portal, in a folder that stays, with one database. */
export async function startKeptCluster(dataDir: string): Promise<TestCluster> {
  const { clientConfig, stop } = await startEmbeddedPostgres({ dataDir, log: pino({ level: 'silent' }) })
  return { createDatabase: async () => ({ clientConfig, url: urlOf(clientConfig) }), stop }
}

async function prepareTemplate(clientConfig: pg.ClientConfig): Promise<void> {
  await query(clientConfig, `create database ${template}`)
  await migrate({ ...clientConfig, database: template })
}

const query = (clientConfig: pg.ClientConfig, text: string): Promise<unknown> =>
  withClient(clientConfig, (client) => client.query(text))

function urlOf({ user, password, host, database }: pg.ClientConfig): string {
  return `postgres://${user}:${password}@localhost/${database}?host=${encodeURIComponent(host ?? '')}`
}

/** For a test process that exits early: it has no time left to wait for anything. */
function killNow({ clusterDir, clientConfig }: EmbeddedPostgres, dataDir: string): void {
  try {
    const pid = Number.parseInt(readFileSync(join(clusterDir, 'postmaster.pid'), 'utf8'), 10)
    process.kill(pid, 'SIGQUIT')
  } catch {
    // it has ended already
  }
  for (const path of [dataDir, clientConfig.host ?? dataDir]) rmSync(path, { recursive: true, force: true })
}

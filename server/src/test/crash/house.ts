// A data directory with a models file, and the portals that are started on it one after the other.
import { chmodSync, chownSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { expect, onTestFinished } from 'vitest'
import { childrenOf, eventually, isRunning, type Running, runNode, signalAll } from './processes.ts'

const server = fileURLToPath(new URL('../../main.ts', import.meta.url))
const readyMsMax = 60_000

/** The model that every house offers. */
export const model = 'crash-model'

/** A portal that listens. */
export type Portal = Running & {
  url: string
  /** The key it printed, if it did. */
  key: string | null
  /** From its start to the moment it said where it listens. */
  readyMs: number
}

export type House = {
  folder: string
  dataDir: string
  /** Runs a server without waiting for anything. */
  run(options?: StartOptions): Running
  /** Starts a portal and waits until it listens; rejects with what it said when it does not. */
  start(options?: StartOptions): Promise<Portal>
  /** The database's processes, its postmaster first; empty when it does not run. */
  databasePids(): number[]
  /** A pool of the database as it runs now; end it. */
  openPool(): pg.Pool
  /** Kills all that is left and deletes the files. */
  remove(): Promise<void>
}

type StartOptions = { env?: Record<string, string>; nodeOptions?: string[] }

/** Builds a house whose model is served at `upstreamUrl`, to be lived in by the user `uid` (our own unless said). */
export function createHouse(upstreamUrl: string, uid?: number): House {
  const folder = mkdtempSync('/tmp/portal-crash-')
  chmodSync(folder, 0o755) // another account runs the database
  if (uid !== undefined) chownSync(folder, uid, uid)
  const dataDir = join(folder, 'data')
  const modelsFile = join(folder, 'models.json')
  writeFileSync(modelsFile, JSON.stringify(modelsAt(upstreamUrl)))
  const usual = { PORT: '0', DATA_DIR: dataDir, MODELS_FILE: modelsFile, LOG_LEVEL: 'warn' }
  const portals: Running[] = []
  const run = ({ env = {}, nodeOptions = [] }: StartOptions = {}) => {
    const portal = runNode(server, [], {
      env: { ...usual, ...env },
      nodeOptions,
      ...(uid !== undefined && { uid }),
    })
    portals.push(portal)
    return portal
  }
  const databasePids = () => processesOf(join(dataDir, 'postgres/data'))
  const killAll = () => {
    signalAll(
      portals.map(({ pid }) => pid),
      'SIGKILL',
    )
    signalAll(databasePids(), 'SIGKILL')
  }
  process.once('exit', killAll)
  return {
    folder,
    dataDir,
    run,
    start: async (options) => untilReady(run(options)),
    databasePids,
    openPool: () => new pg.Pool(clientConfigOf(dataDir)),
    async remove() {
      process.off('exit', killAll)
      signalAll(
        portals.map(({ pid }) => pid),
        'SIGKILL',
      )
      await Promise.all(portals.map(({ exited }) => exited))
      const pids = databasePids()
      const [socketDir] = socketDirOf(dataDir)
      signalAll(pids, 'SIGKILL')
      await eventually(() => {
        if (pids.some(isRunning)) throw new Error('the database is still there')
      })
      rmSync(folder, { recursive: true, force: true })
      if (socketDir) rmSync(socketDir, { recursive: true, force: true })
    },
  }
}

/** A house that is removed with the end of the test that opens it. */
export function openHouse(upstreamUrl: string, uid?: number): House {
  const house = createHouse(upstreamUrl, uid)
  onTestFinished(() => house.remove())
  return house
}

/** Waits for a start that fails as it should, and resolves to what it said. */
export async function failed(portal: Running): Promise<string> {
  expect(await portal.exited).toBe(1)
  expect(portal.stdout()).not.toContain('ready at')
  expect(portal.stderr(), 'a sentence, not a stack').not.toMatch(/^\s+at /m)
  return portal.stderr()
}

const modelsAt = (baseUrl: string) => ({
  providers: { main: { kind: 'openai', baseUrl, apiKey: 'none' } },
  models: [
    {
      id: model,
      targets: [{ provider: 'main', model: 'sandbox-model' }],
      price: { inputMicrousdPerMillion: 1_000_000, outputMicrousdPerMillion: 2_000_000 },
      outputTokensMax: 16_384,
    },
  ],
})

async function untilReady(process: Running): Promise<Portal> {
  const startedAt = performance.now()
  let code: number | null | undefined
  void process.exited.then((exit) => {
    code = exit
  })
  const url = await eventually(() => {
    const [, found] = /ready at (\S+)/.exec(process.stdout()) ?? []
    if (!found && code === undefined) throw new Error(`the portal is not ready: ${process.stderr()}`)
    return found
  }, readyMsMax)
  const readyMs = performance.now() - startedAt
  if (!url) throw new Error(`the portal ended with ${code}: ${process.stderr()}${process.stdout()}`)
  const key = /^ {2}(sk-live-\w+)$/m.exec(process.stdout())?.[1] ?? null
  return { ...process, url, key, readyMs }
}

/** Lines of postmaster.pid: https://www.postgresql.org/docs/18/storage-file-layout.html */
function postmasterFile(data: string): string[] {
  try {
    return readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')
  } catch {
    return []
  }
}

function processesOf(data: string): number[] {
  const pid = Number(postmasterFile(data)[0])
  return pid > 0 && isRunning(pid) ? [pid, ...childrenOf(pid)] : []
}

const socketDirOf = (dataDir: string): string[] =>
  postmasterFile(join(dataDir, 'postgres/data')).slice(4, 5).filter(Boolean)

function clientConfigOf(dataDir: string): pg.PoolConfig {
  const [host = ''] = socketDirOf(dataDir)
  const password = readFileSync(join(dataDir, 'postgres/password'), 'utf8').trim()
  return { host, port: 5432, user: 'portal', database: 'postgres', password, max: 2 }
}

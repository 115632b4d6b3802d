import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, chownSync, mkdtempSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { type Account, accountForPostgres, isRoot } from './account.ts'
import { isPostmaster } from './postmaster-pid.ts'
import { canReach } from './reach.ts'

const app = fileURLToPath(new URL('./test-app.ts', import.meta.url))

const children = new Set<ChildProcess>()
process.once('exit', () => {
  // A test that failed may have left some.
  for (const child of children) child.kill('SIGTERM')
})

/** How to start a portal; `account` undefined is our own. */
export interface PortalOptions {
  dataDir: string
  account?: Account | undefined
  binaries?: string
}

/** A portal in a process of its own. */
export interface Portal {
  pid: number
  clientConfig: pg.ClientConfig
  attached: boolean
  clusterDir: string
  /** Everything it has written to its log. */
  log(): string
  /** Ends it as an operator would; resolves when the process is gone. */
  stop(): Promise<void>
  /** `kill -9`. */
  kill(): Promise<void>
}

/** The accounts a portal can be tried under: as root also an ordinary one, if that can read this checkout. */
export async function accountsToTry(): Promise<[string, Account | undefined][]> {
  if (!isRoot()) return [['an ordinary user', undefined]]
  const ordinary = await accountForPostgres(65534)
  const readable =
    (await canReach(ordinary, process.execPath, 'execute')) && (await canReach(ordinary, app, 'read'))
  return readable
    ? [
        ['root', undefined],
        ['an ordinary user', ordinary],
      ]
    : [['root', undefined]]
}

/** A new empty folder of the account's that everyone may enter. */
export function temporaryFolder(account?: Account, parent = '/tmp'): string {
  const path = mkdtempSync(join(parent, 'portal-db-'))
  chmodSync(path, 0o755)
  if (account) chownSync(path, account.uid, account.gid)
  return path
}

/** Spawns a portal without waiting for it; its process group is its own, as a terminal would give it. */
export function spawnPortal({ dataDir, account, binaries }: PortalOptions) {
  return spawn(process.execPath, [app, dataDir, ...(binaries ? [binaries] : [])], {
    cwd: '/',
    env: {},
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(account ? { uid: account.uid, gid: account.gid } : {}),
  })
}

/** Starts a portal; rejects with what it wrote to stderr when it does not come up. */
export async function startPortal(options: PortalOptions): Promise<Portal> {
  const child = spawnPortal(options)
  children.add(child)
  let log = ''
  child.stderr.setEncoding('utf8').on('data', (text) => {
    log += text
  })
  const exit = once(child, 'close')
  const lines = createInterface({ input: child.stdout })
  const line = await Promise.race([once(lines, 'line').then(([text]) => String(text)), exit.then(() => '')])
  if (!line) throw new Error(log)
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal)
    await exit
  }
  return {
    pid: child.pid ?? 0,
    ...JSON.parse(line),
    log: () => log,
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
  }
}

/** Runs statements in a portal's database and resolves to the rows of the last. */
export async function query(portal: Pick<Portal, 'clientConfig'>, text: string): Promise<unknown[]> {
  const client = new pg.Client(portal.clientConfig)
  client.on('error', () => {})
  await client.connect()
  try {
    const result = await client.query(text)
    return (Array.isArray(result) ? result.at(-1) : result).rows
  } finally {
    await client.end()
  }
}

/** Process id of the server that holds a cluster now. */
export function postmasterOf({ clusterDir }: Pick<Portal, 'clusterDir'>): number {
  return Number.parseInt(readFileSync(join(clusterDir, 'postmaster.pid'), 'utf8'), 10)
}

/** Resolves to the first result that `attempt` does not throw at, or rejects with what it threw last. */
export async function eventually<Result>(
  attempt: () => Result | Promise<Result>,
  patienceMs = 20_000,
): Promise<Result> {
  const deadline = Date.now() + patienceMs
  for (;;) {
    try {
      return await attempt()
    } catch (error) {
      if (Date.now() > deadline) throw error
      await sleep(20)
    }
  }
}

/** Resolves when a server is gone. */
export function untilGone(pid: number, clusterDir: string): Promise<void> {
  return eventually(async () => {
    if (await isPostmaster(pid, clusterDir)) throw new Error(`server ${pid} is still there`)
  })
}

import { setTimeout as sleep } from 'node:timers/promises'
import { whyNoAnswer } from './connection.ts'
import { type Launch, launch, type Postmaster } from './launch.ts'
import { findPostmaster, isPostmaster } from './postmaster-pid.ts'

/** How long a lock of a server that is just ending, or a server that does not answer, is waited for. */
const patienceMs = 20_000

/**
 * Resolves to the cluster's server: the one that runs already, else a new one.
 * @throws when another program holds the cluster for 20 s, or the server does not start; says what its log says.
 */
export async function bringUp(options: Launch): Promise<Postmaster> {
  const { data } = options.cluster
  let deadline = Date.now() + patienceMs
  let obstacle = ''
  while (Date.now() < deadline) {
    const outcome = await attachOrLaunch(options)
    if (typeof outcome === 'object') return outcome
    obstacle = outcome
    // It is recovering: however long that takes, it is at work.
    if (obstacle === 'starting') deadline = Date.now() + patienceMs
    await sleep(50)
  }
  const holder = await findPostmaster(data)
  const advice = holder ? `End process ${holder.pid}, which holds it, and start again` : 'Start again later'
  throw new Error(`The database in ${data} does not come up. ${advice}. (${obstacle})`)
}

/** Resolves to the server, or to what is in the way for now. */
async function attachOrLaunch(options: Launch): Promise<Postmaster | string> {
  const { cluster } = options
  const running = await findPostmaster(cluster.data)
  if (!running) return launch(options)
  if (running.status !== 'ready') return running.status
  const problem = await whyNoAnswer(cluster, running.socketDir)
  if (problem) return problem
  return { ...running, attached: true, ended: untilEnded(running.pid, cluster.data) }
}

async function untilEnded(pid: number, data: string): Promise<void> {
  while (await isPostmaster(pid, data)) await sleep(200, undefined, { ref: false })
}

/** Ends a server: open transactions are rolled back and sessions closed; by harder means when that takes long. */
export async function shutDown({ pid, ended }: Postmaster, stepMs = 8_000): Promise<void> {
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) {
    try {
      process.kill(pid, signal)
    } catch {
      return // it has ended already
    }
    const late = new AbortController()
    const timer = sleep(stepMs, false, { signal: late.signal }).catch(() => false)
    const done = await Promise.race([ended.then(() => true), timer])
    late.abort()
    if (done) return
  }
}

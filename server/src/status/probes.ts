// What every minute is tried for real: the portal's own door, what chats are read from, and where files lie.
import { randomBytes } from 'node:crypto'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import type { Kysely } from 'kysely'
import { request } from 'undici'
import type { Tables } from '../db/index.ts'
import type { Log } from '../log/index.ts'
import type { ObjectStore } from '../storage/index.ts'
import { portalComponents } from './component.ts'
import type { Finding } from './finding.ts'

/** What is probed, and with what. */
export type ProbeDeps = {
  db: Kysely<Tables>
  objects: ObjectStore
  /** Where a local file lies before it is stored. */
  directory: string
  /** Where this server listens; null as long as it does not. */
  ownUrl: () => string | null
  log: Pick<Log, 'warn'>
}

const patienceMs = 10_000
/** What takes longer works, but not as it should. */
const slowMs = 2_000
/** One object, which is written over: a probe that is cut off leaves nothing that piles up. */
const probeKey = 'status/probe'

/** Probes the portal's own components, beside one another. */
export function probePortal(deps: ProbeDeps): Promise<Finding[]> {
  const { api, chat, files } = portalComponents
  return Promise.all([
    probe(deps, api.id, (signal) => knock(deps, '/readyz', signal)),
    probe(deps, chat.id, async (signal) => {
      await knock(deps, '/api/auth/get-session', signal)
      await deps.db.selectFrom('chat_sessions').select('id').limit(1).execute()
    }),
    probe(deps, files.id, () => storeAndRead(deps)),
  ])
}

type Work = (signal: AbortSignal) => Promise<void>

async function probe({ log }: ProbeDeps, component: string, work: Work): Promise<Finding> {
  const startedAt = performance.now()
  const signal = AbortSignal.timeout(patienceMs)
  try {
    await Promise.race([work(signal), untilAborted(signal)])
    const latencyMs = Math.round(performance.now() - startedAt)
    return { component, state: latencyMs > slowMs ? 'degraded' : 'operational', latencyMs, errorRate: null }
  } catch (err) {
    log.warn({ err, component }, 'a probe failed')
    return { component, state: 'down', latencyMs: null, errorRate: null }
  }
}

const untilAborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })

/** Asks the portal as any client does, through its own door. */
async function knock({ ownUrl }: ProbeDeps, path: string, signal: AbortSignal): Promise<void> {
  const url = ownUrl()
  if (url === null) throw new Error('The server does not listen.')
  const { statusCode, body } = await request(url + path, {
    signal,
    headers: { 'user-agent': 'portal-status' },
  })
  await body.dump()
  if (statusCode !== 200) throw new Error(`${path} is answered with ${statusCode}.`)
}

async function storeAndRead({ objects, directory }: ProbeDeps): Promise<void> {
  const written = randomBytes(64)
  const path = join(directory, `status-${written.toString('hex', 0, 8)}`)
  await mkdir(directory, { recursive: true })
  try {
    await writeFile(path, written, { flag: 'wx', mode: 0o600 })
    await objects.put(probeKey, path)
    const stream = await objects.open(probeKey)
    if (!stream || !written.equals(await buffer(stream)))
      throw new Error('What was stored is not what is read.')
    await objects.delete(probeKey)
  } finally {
    await rm(path, { force: true })
  }
}

import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import type { DatabaseLog } from './log.ts'
import { reasonOf } from './reason.ts'

const pauseMsMax = 2_000

/** What a connection that must always stand is for. */
export interface StandingConnectionOptions {
  clientConfig: pg.ClientConfig
  log: DatabaseLog
  /** For the log: `event listener`. */
  name: string
  /** Prepares each new connection; when it rejects, another is made after a pause. */
  onConnect(client: pg.Client): Promise<void>
  /** The connection is gone, and with it all session state. */
  onDisconnect?(): void
  /** How often the server is asked whether it is there, and how long it has for the answer. */
  pulseMs?: number
}

/** A connection outside the pool that is made again, with growing pauses, whenever it breaks. */
export interface StandingConnection {
  close(): Promise<void>
}

/**
 * Connects and stays connected until `close`. The first connection must succeed; a dead peer is noticed within ten
 * seconds even when the network says nothing.
 */
export async function standConnected(options: StandingConnectionOptions): Promise<StandingConnection> {
  const closing = new AbortController()
  let link = await connect(options)
  const standing = keepStanding()

  async function keepStanding(): Promise<void> {
    while (!closing.signal.aborted) {
      const error = await untilBroken(link, options.pulseMs ?? 5_000, closing.signal)
      if (closing.signal.aborted) return
      options.onDisconnect?.()
      options.log.warn({ reason: reasonOf(error) }, `the ${options.name} lost its database connection`)
      const next = await reconnect(options, closing.signal)
      if (!next) return
      link = next
    }
  }

  return {
    async close() {
      closing.abort()
      await standing
      await link.client.end().catch(() => {})
    },
  }
}

interface Link {
  client: pg.Client
  /** Resolves to the reason when the connection has ended. */
  broken: Promise<unknown>
}

async function connect(options: StandingConnectionOptions): Promise<Link> {
  const client = new pg.Client(options.clientConfig)
  const broken = new Promise<unknown>((resolve) => {
    client.on('error', resolve)
    client.on('end', () => resolve(new Error('Connection terminated')))
  })
  try {
    await client.connect()
    await options.onConnect(client)
    return { client, broken }
  } catch (error) {
    await client.end().catch(() => {})
    throw error
  }
}

async function reconnect(options: StandingConnectionOptions, signal: AbortSignal): Promise<Link | undefined> {
  let told = ''
  for (let pauseMs = 50; !signal.aborted; pauseMs = Math.min(pauseMs * 2, pauseMsMax)) {
    try {
      const link = await connect(options)
      options.log.info({}, `the ${options.name} is connected to the database again`)
      return link
    } catch (error) {
      const reason = reasonOf(error)
      // Once, and again only when there is something new to say.
      if (reason !== told) options.log.warn({ reason }, `the ${options.name} cannot reach the database`)
      told = reason
    }
    // Spread, so that many processes do not return to a database at the same moment.
    await sleep(pauseMs * (0.5 + Math.random()), undefined, { signal, ref: false }).catch(() => {})
  }
  return undefined
}

/** Resolves to the reason when the connection has ended or does not answer, to undefined on abort. */
async function untilBroken({ client, broken }: Link, pulseMs: number, signal: AbortSignal): Promise<unknown> {
  const aborted = new Promise<undefined>((resolve) => {
    signal.addEventListener('abort', () => resolve(undefined), { once: true })
  })
  const asking = new AbortController()
  try {
    return await Promise.race([broken, aborted, silence(client, pulseMs, asking.signal)])
  } finally {
    asking.abort()
    if (!signal.aborted) client.end().catch(() => {})
  }
}

/** Resolves when the server has left a question unanswered; silent cuts (NAT, a frozen host) raise no event. */
async function silence(client: pg.Client, pulseMs: number, signal: AbortSignal): Promise<unknown> {
  while (!signal.aborted) {
    await sleep(pulseMs, undefined, { signal, ref: false }).catch(() => {})
    if (signal.aborted) break
    const answer = client.query('select 1').then(
      () => undefined,
      (error: unknown) => error,
    )
    const late = sleep(pulseMs, new Error('the database does not answer'), { ref: false })
    const problem = await Promise.race([answer, late])
    if (problem) return problem
  }
  return new Promise(() => {}) // not asked any more: the race was decided otherwise
}

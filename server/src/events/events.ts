// Events over PostgreSQL's LISTEN/NOTIFY: delivered to every process when the transaction that published commits.
// A process that is not connected misses them, so caches may only be trusted while `connected` is true.
import { type Kysely, sql } from 'kysely'
import type pg from 'pg'
import { type DatabaseLog, type StandingConnection, standConnected } from '../db/index.ts'
import { PortalEvent } from './event.ts'

const channel = 'portal_events'

/** What `createEvents` needs: one direct connection to listen on (not through a transaction pooler). */
export interface EventsOptions {
  clientConfig: pg.ClientConfig
  log: DatabaseLog
}

/** The portal's events, of all its processes on one database. */
export interface Events {
  /** Publishes when the transaction of `db` commits, at once outside of one; dropped when it rolls back. */
  publish<Tables>(db: Kysely<Tables>, event: PortalEvent): Promise<void>
  /** Calls `listener` for every event, our own included, until the returned function is called. */
  subscribe(listener: (event: PortalEvent) => void): () => void
  /** Whether events arrive right now; while false, some may be missed. */
  readonly connected: boolean
  /** Calls `fn` when events arrive again after some may have been missed: time to drop every cache. */
  onReconnect(fn: () => void): void
  /** Begins to listen; rejects when the database cannot be reached. */
  start(): Promise<void>
  close(): Promise<void>
}

/** Creates the events of this process; nothing arrives before `start`. */
export function createEvents({ clientConfig, log }: EventsOptions): Events {
  const listeners = new Set<(event: PortalEvent) => void>()
  const reconnected: (() => void)[] = []
  let connected = false
  let started = false
  let connection: StandingConnection | undefined

  function receive(payload: string | undefined): void {
    const event = parse(payload)
    if (!event) log.warn({ payload }, 'an event of an unknown kind was ignored')
    else for (const listener of listeners) guarded(() => listener(event))
  }

  function guarded(call: () => void): void {
    try {
      call()
    } catch (error) {
      log.error({ err: error }, 'a listener for events failed')
    }
  }

  async function listen(client: pg.Client): Promise<void> {
    client.on('notification', ({ payload }) => receive(payload))
    await client.query(`listen ${channel}`)
    connected = true
    if (started) reconnected.forEach(guarded)
    started = true
  }

  return {
    async publish(db, event) {
      await sql`select pg_notify(${channel}, ${JSON.stringify(event)})`.execute(db)
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    get connected() {
      return connected
    },
    onReconnect: (fn) => void reconnected.push(fn),
    async start() {
      connection = await standConnected({
        clientConfig,
        log,
        name: 'event listener',
        onConnect: listen,
        onDisconnect: () => {
          connected = false
        },
      })
    },
    async close() {
      connected = false
      await connection?.close()
    },
  }
}

/** Undefined for what a newer release may publish beside us. */
function parse(payload = ''): PortalEvent | undefined {
  try {
    return PortalEvent.parse(JSON.parse(payload))
  } catch {
    return undefined
  }
}
